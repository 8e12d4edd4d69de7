"""Jupiter v6: several pools, one after another or side by side, in one instruction.

Route plan encoding, account order and `SwapEvent`: the program's IDL, checked against
recorded mainnet transactions (swap kinds 7, 17, 46, 72 and 73).
"""

import base64
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from infra.simulation.world.market.pool import BASIS, Order, Pool, arriving
from infra.simulation.world.programs.anchor import call_event, event, method, refusal, u64
from infra.simulation.world.programs.ids import JUPITER, TOKEN
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import READ, SIGN, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

EVENT_AUTHORITY: Final = "D8cy77BBepLMngZx6ZukaTff5hCt1HrWyKk3Hnd9oitf"
VENUE: Final = "jupiter"
_ROUTE: Final = method("route")
_SWAP_EVENT: Final = event("SwapEvent")
_HEAD: Final = bytes((READ, SIGN, WRITE, WRITE, READ, READ, READ, READ, READ))
_UNITS: Final = 9_200
_ALL: Final = 100


class Hop(Struct, frozen=True):
    """``percent`` of what account ``input`` of the plan holds goes through ``pool``."""

    pool: Pool
    mint_in: MintState
    percent: int
    input: int
    output: int

    def quote(self, amount: int) -> int:
        """What would arrive for ``amount`` now."""
        return arriving(self.pool.other(self.mint_in), self.pool.quote(self.mint_in, amount))


class Purse:
    """What a route has in hand at each of its stops, shared out among the hops from there."""

    def __init__(self, amount_in: int) -> None:
        self._arrived = {0: amount_in}
        self._spent: dict[int, int] = {}
        self._shared: dict[int, int] = {}

    def take(self, hop: Hop) -> int:
        """The hop's share; whoever completes the hundred percent takes what is left."""
        total, spent = self._arrived[hop.input], self._spent.get(hop.input, 0)
        shared = self._shared.get(hop.input, 0) + hop.percent
        amount = total - spent if shared >= _ALL else total * hop.percent // _ALL
        self._spent[hop.input] = spent + amount
        self._shared[hop.input] = shared
        return amount

    def put(self, hop: Hop, amount: int) -> None:
        """What the hop brought."""
        self._arrived[hop.output] = self.at(hop.output) + amount

    def at(self, stop: int) -> int:
        """All that has arrived at a stop."""
        return self._arrived.get(stop, 0)


class Plan(Struct, frozen=True):
    """A route. ``expected_out`` is the quote for the whole of it."""

    hops: Sequence[Hop]
    mint_in: MintState
    mint_out: MintState
    amount_in: int
    expected_out: int
    slippage_bps: int


def route(
    ledger: Ledger, plan: Plan, user: LedgerAccount, accounts_of: dict[MintState, LedgerAccount]
) -> Instruction:
    """Carry ``plan`` out; ``accounts_of`` is where the user keeps each token on the way."""
    events = ledger.known(EVENT_AUTHORITY)
    source, destination = accounts_of[plan.mint_in], accounts_of[plan.mint_out]
    minimum = plan.expected_out * (BASIS - plan.slippage_bps) // BASIS

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: Route")
        first = len(run.fills)
        held = destination.amount
        paid = source.amount
        purse = Purse(plan.amount_in)
        for hop, named in zip(plan.hops, prepared, strict=True):
            _hop(run, hop, named, purse, user, accounts_of, events)
        got = destination.amount - held
        if got < minimum:
            raise refusal(
                6001,
                "SlippageToleranceExceeded",
                "Slippage tolerance exceeded",
                "programs/jupiter/src/instructions/route.rs:86",
            )
        legs = tuple(run.fills[first:])
        del run.fills[first:]
        spent = paid - source.amount
        run.fills.append(_whole(run, plan, user, spent, got, legs))
        run.returned = JUPITER.returned + _returned(got)

    accounts: list[LedgerAccount] = [
        TOKEN,
        user,
        source,
        destination,
        JUPITER,
        plan.mint_out.account,
        JUPITER,
        events,
        JUPITER,
    ]
    flags = [_HEAD]
    prepared = []
    for hop in plan.hops:
        swap = hop.pool.swap(_order(hop, 1, user, accounts_of, 1))
        prepared.append(swap.accounts)
        accounts += (swap.program, *swap.accounts)
        flags += (b"\0", swap.flags)
    steps = b"".join([_step(hop) for hop in plan.hops])
    data = _ROUTE + len(plan.hops).to_bytes(4, "little") + steps
    data += u64(plan.amount_in, plan.expected_out)
    data += plan.slippage_bps.to_bytes(2, "little") + b"\0"
    return Instruction(JUPITER, accounts, b"".join(flags), data, _UNITS, effect)


def _hop(
    run: Execution,
    hop: Hop,
    named: Sequence[LedgerAccount],
    purse: Purse,
    user: LedgerAccount,
    accounts_of: dict[MintState, LedgerAccount],
    events: LedgerAccount,
) -> None:
    amount = purse.take(hop)
    expected = hop.quote(amount)
    swap = hop.pool.swap(_order(hop, amount, user, accounts_of, expected))
    swap.accounts = named  # the message was made before the price moved
    run.invoke(swap)
    fill = run.fills[-1]
    purse.put(hop, fill.amount_out)
    payload = (
        _SWAP_EVENT
        + hop.pool.account.key
        + fill.mint_in.account.key
        + u64(fill.amount_in)
        + fill.mint_out.account.key
        + u64(fill.amount_out)
    )
    call_event(run, JUPITER, events, payload)


def _order(
    hop: Hop,
    amount: int,
    user: LedgerAccount,
    accounts_of: dict[MintState, LedgerAccount],
    expected: int,
) -> Order:
    """Hops take any outcome: the route as a whole is checked at its end."""
    return Order(
        user=user,
        source=accounts_of[hop.mint_in],
        destination=accounts_of[hop.pool.other(hop.mint_in)],
        mint_in=hop.mint_in,
        amount_in=amount,
        expected_out=expected,
        slippage_bps=0,
    )


def _step(hop: Hop) -> bytes:
    selling = hop.mint_in is hop.pool.base
    match hop.pool.venue:
        case "raydium-v4":
            kind = b"\x07"
        case "orca-whirlpool":
            kind = bytes((17, selling))
        case "raydium-cpmm":
            kind = b"\x2e"
        case "pumpswap":
            kind = b"\x49" if selling else b"\x48"
        case venue:
            raise CannotRoute(venue)
    return kind + bytes((hop.percent, hop.input, hop.output))


class CannotRoute(Exception):
    """Jupiter's code for this venue is not known here: our own mistake to ask."""


ROUTABLE: Final = ("raydium-v4", "orca-whirlpool", "raydium-cpmm", "pumpswap")


def _returned(amount: int) -> str:
    return base64.b64encode(u64(amount)).decode()


def _whole(
    run: Execution,
    plan: Plan,
    user: LedgerAccount,
    spent: int,
    got: int,
    legs: tuple[Fill, ...],
) -> Fill:
    return Fill(
        user,
        VENUE,
        legs[0].pool,
        plan.mint_in,
        spent,
        plan.mint_out,
        got,
        withheld=sum(leg.withheld for leg in legs if leg.mint_out is plan.mint_out),
        outer_index=run.index,
        legs=legs,
    )
