"""Finds the hops: calls in which somebody gave one token and got another."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from domain.chain.decoded import UNKNOWN_VENUE
from domain.chain.ledger import Ledger
from domain.chain.movement import NOBODY, Movement
from domain.chain.transaction import Call
from domain.chain.venues.layout import Instruction, Venue
from domain.chain.venues.registry import BY_PROGRAM

_UNKNOWN: Final = Venue(UNKNOWN_VENUE, ())
_ANY_SWAP: Final = Instruction()
_WRAPPERS: Final = frozenset(
    program for program, venue in BY_PROGRAM.items() if venue.kind != "pool"
)


class Hop:
    """``amount_in`` of ``mint_in`` into ``pool``, ``amount_out`` of ``mint_out`` to the swapper.

    The amounts are the largest movement each way, so fees a venue takes beside them are left out;
    ``ins`` and ``outs`` hold those too. ``movements`` is everything the call moved.
    """

    __slots__ = (
        "amount_in",
        "amount_out",
        "call",
        "ins",
        "mint_in",
        "mint_out",
        "movements",
        "outs",
        "pool",
        "swapper",
        "venue",
    )

    def __init__(
        self,
        call: Call,
        venue: str,
        pool: str | None,
        ins: list[Movement],
        outs: list[Movement],
        movements: Sequence[Movement],
    ) -> None:
        largest_in = max(ins, key=_amount)
        largest_out = max(outs, key=_amount)
        self.call = call
        self.venue = venue
        self.pool = pool
        self.ins = ins
        self.outs = outs
        self.movements = movements
        self.swapper = ""
        self.mint_in = largest_in.mint
        self.amount_in = largest_in.amount
        self.mint_out = largest_out.mint
        self.amount_out = largest_out.amount - largest_out.fee


def _amount(movement: Movement) -> int:
    return movement.amount


def find(ledger: Ledger) -> list[Hop]:
    """Every hop, in order: of known venues, then of unknown programs where none is inside."""
    if not ledger.movements:
        return []
    positions = [movement.call.position for movement in ledger.movements]
    found: list[Hop] = []
    until = 0  # a hop's own calls hold no further hop
    for call, venue in ledger.venues:
        position = call.position
        if position < until or call.event or call.end == position + 1 or venue.kind != "pool":
            continue
        instruction = venue.instruction(call.data)
        if instruction is None or instruction.does != "swap":
            continue
        moved = _moved(ledger, positions, call)
        hops = _hops(ledger, call, venue.name, instruction, moved)
        if hops:
            found += hops
            until = call.end
    unknown = _unknown(ledger, positions, found)
    if unknown:
        found = sorted(found + unknown, key=lambda hop: hop.call.position)
    return found


def _moved(ledger: Ledger, positions: list[int], call: Call) -> list[Movement]:
    start = bisect_left(positions, call.position)
    end = bisect_left(positions, call.end, start)
    accounts = call.accounts
    return [
        movement
        for movement in ledger.movements[start:end]
        if (movement.source in accounts or movement.target in accounts) and not movement.role
    ]


def _hops(
    ledger: Ledger, call: Call, venue: str, instruction: Instruction, moved: list[Movement]
) -> list[Hop]:
    if len(moved) < 2:
        return []
    if instruction.pools:
        return _in_turn(ledger, call, venue, instruction, moved)
    user = NOBODY
    if instruction.user is not None and -len(call.accounts) <= instruction.user < len(
        call.accounts
    ):
        user = call.accounts[instruction.user]
    pool = NOBODY if instruction.pool is None else call.account(instruction.pool)
    hop = _hop(ledger, call, venue, pool, user, moved, instruction.mints)
    if hop is None:
        return []
    if instruction.pays_direct:  # the curve itself pays the fees out of what it gives
        hop.amount_out = sum(paid.amount for paid in hop.outs if paid.mint == hop.mint_out)
    return [hop]


def _in_turn(
    ledger: Ledger, call: Call, venue: str, instruction: Instruction, moved: list[Movement]
) -> list[Hop]:
    """One instruction through several pools: in, out, in, out."""
    found = []
    # From vault straight to the next vault, or by way of the user's own account.
    stride = 1 if len(moved) == len(instruction.pools) + 1 else 2
    for turn, start in enumerate(range(0, len(moved) - 1, stride)):
        pool = call.account(instruction.pools[turn]) if turn < len(instruction.pools) else NOBODY
        hop = _hop(ledger, call, venue, pool, NOBODY, moved[start : start + 2], False)
        if hop is not None:
            found.append(hop)
    return found


def _hop(
    ledger: Ledger,
    call: Call,
    venue: str,
    pool: int,
    user: int,
    moved: list[Movement],
    mints: bool,
) -> Hop | None:
    ins, outs = _sides(moved, user, mints)
    if not ins or not outs:
        user = _user(ledger, moved)
        ins, outs = _sides(moved, user, mints)
        if not ins or not outs:
            return None
    mint_in = ins[0].mint if len(ins) == 1 else max(ins, key=_amount).mint
    outs = [movement for movement in outs if movement.mint != mint_in]
    if not outs:
        return None
    hop = Hop(call, venue, ledger.transaction.keys[pool] if pool >= 0 else None, ins, outs, moved)
    hop.swapper = ledger.owners[max(ins, key=_amount).source] if ins[0].source >= 0 else ""
    for movement in outs:  # before slot 111,491,819 nobody says whose an account is
        held = ledger.accounts.get(movement.target)
        if held is not None and held.owner is None and movement.mint == hop.mint_out:
            held.owner = ledger.owners[movement.target] = hop.swapper
    mine = [movement for movement in outs if ledger.owners[movement.target] == hop.swapper]
    if mine and len(mine) != len(outs):
        best = max(mine, key=_amount)
        hop.mint_out, hop.amount_out = best.mint, best.amount - best.fee
    return hop


def _user(ledger: Ledger, moved: list[Movement]) -> int:
    """Who swaps, when the layout does not say: who signed, or else whoever moves first."""
    signers = ledger.transaction.signers
    first = NOBODY
    for movement in moved:
        if movement.source >= 0:
            if 0 <= movement.authority < signers:
                return movement.authority
            if first < 0:
                first = movement.authority
    return first


def _sides(moved: list[Movement], user: int, mints: bool) -> tuple[list[Movement], list[Movement]]:
    ins = []
    outs = []
    for movement in moved:
        if movement.authority == user:
            if movement.target >= 0 or mints:
                ins.append(movement)
        elif movement.target >= 0 and (movement.source >= 0 or mints):
            outs.append(movement)
    return ins, outs


def _unknown(ledger: Ledger, positions: list[int], known: list[Hop]) -> list[Hop]:
    """Swaps of programs nobody listed: their own transfers go both ways, in different tokens."""
    taken = [hop.call.position for hop in known]
    found: list[Hop] = []
    for call in ledger.unlisted:
        if call.end < call.position + 3:
            continue
        inside = bisect_left(taken, call.position)
        if inside < len(taken) and taken[inside] < call.end:
            continue
        if any(hop.call.position <= call.position < hop.call.end for hop in known):
            continue
        moved = [
            movement
            for movement in _moved(ledger, positions, call)
            if movement.call.depth == call.depth + 1 and movement.amount > 1
        ]
        if len(moved) < 2:
            continue
        hop = _hop(ledger, call, UNKNOWN_VENUE, NOBODY, NOBODY, moved, _in_route(ledger, call))
        if hop is not None and _is_exchange(ledger, hop):
            found.append(hop)
    return found


def _in_route(ledger: Ledger, call: Call) -> bool:
    """Whether a router made the call; then minting and burning (stake pools) are a hop too."""
    calls = ledger.transaction.calls
    return call.depth > 1 and any(
        caller.program in _WRAPPERS and caller.position < call.position < caller.end
        for caller in calls[: call.position]
    )


def _is_exchange(ledger: Ledger, hop: Hop) -> bool:
    """Somebody who signed, or whom a router acts for, gave and got; nothing indivisible moved."""
    if ledger.decimals(hop.mint_out) == 0 or ledger.decimals(hop.mint_in) == 0:
        return False
    return hop.mint_in != hop.mint_out and any(
        ledger.owners[movement.target] == hop.swapper for movement in hop.outs
    )
