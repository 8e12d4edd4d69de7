"""Lamports a program moved out of its own accounts, which no instruction shows.

A program may debit any account it owns: pump.fun pays a seller so, and closing a program's account
empties it so. The balances tell how much; where several payments share an account, the program's
own event does.
"""

from typing import Final

from domain.chain.ledger import Ledger
from domain.chain.movement import NOBODY, REFUND, UNEXPLAINED, Movement
from domain.chain.programs import LEAVES
from domain.chain.transaction import CALLS_MAX, Call
from domain.chain.venues.layout import EVENT, Instruction
from domain.values import WRAPPED_SOL

_NO_CALL: Final = Call(0, -1, 1, "", [], b"")
"""Stands in where an entry names no instruction at all, as Helius' shortest ones do."""


def settle(ledger: Ledger) -> None:
    """Add a movement for every lamport the instructions leave over."""
    after = ledger.transaction.lamports_after
    left = ledger.lamports
    if left != after:
        _settle(ledger, left, after)
    ledger.movements.sort(key=lambda movement: movement.call.position)


def _settle(ledger: Ledger, left: list[int], after: list[int]) -> None:
    rest = {at: after[at] - left[at] for at in range(len(after)) if after[at] != left[at]}
    found = _payments(ledger, rest)
    sources = [at for at, lamports in rest.items() if lamports < 0]
    targets = [at for at, lamports in rest.items() if lamports > 0]
    while sources and targets:
        source, target = sources[-1], targets[-1]
        lamports = min(-rest[source], rest[target])
        movement = _movement(ledger, lamports, source, target)
        if not after[source]:  # emptied for good: the account is closed
            movement.role = REFUND
            ledger.rents.append(movement)
        else:
            found.append(movement)
        rest[source] += lamports
        rest[target] -= lamports
        if not rest[source]:
            sources.pop()
        if not rest[target]:
            targets.pop()
    for at in sources + targets:  # lamports from nowhere: no cluster we know of does that
        lamports = rest[at]
        source, target = (at, NOBODY) if lamports < 0 else (NOBODY, at)
        found.append(_movement(ledger, abs(lamports), source, target))
        found[-1].role = UNEXPLAINED
    ledger.movements += found


def _payments(ledger: Ledger, rest: dict[int, int]) -> list[Movement]:
    """What venues that pay out of their own accounts paid their sellers."""
    paying: list[tuple[Call, Instruction, int, int]] = []
    for call, venue in ledger.venues:
        if call.event or not venue.pays_direct:
            continue
        instruction = venue.instruction(call.data)
        if instruction is not None and instruction.pays_direct:
            pool = call.account(instruction.pool or 0)
            user = call.account(instruction.user or 0)
            if pool >= 0 and user >= 0:
                paying.append((call, instruction, pool, user))
    found = []
    users = [user for *_, user in paying]
    for call, instruction, pool, user in paying:
        alone = users.count(user) == 1 and ledger.transaction.keys[user] != WRAPPED_SOL
        lamports = rest.get(user, 0) if alone else _told(ledger, call, instruction)
        if lamports <= 0:
            continue
        found.append(Movement(call, WRAPPED_SOL, lamports, pool, user, pool, native=True))
        for at, change in ((pool, lamports), (user, -lamports)):
            rest[at] = rest.get(at, 0) + change
            if not rest[at]:
                del rest[at]
    return found


def _told(ledger: Ledger, call: Call, instruction: Instruction) -> int:
    if instruction.paid is None:
        return 0
    for called in ledger.transaction.calls[call.position + 1 : call.end]:
        if called.program == call.program and called.data.startswith(EVENT):
            return instruction.paid(called.data)
    return 0


def _movement(ledger: Ledger, lamports: int, source: int, target: int) -> Movement:
    """Told of the deepest call that names both accounts, or else of one that names either."""
    best, rank = _NO_CALL, 0
    for call in ledger.transaction.calls:
        if call.program in LEAVES:
            continue
        named = (source in call.accounts) + (target in call.accounts)
        if named and named * CALLS_MAX + call.depth > rank:
            best, rank = call, named * CALLS_MAX + call.depth
    return Movement(best, WRAPPED_SOL, lamports, source, target, source, native=True)
