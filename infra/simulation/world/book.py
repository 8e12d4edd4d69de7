"""Keeps the truth as it happens: every fill, and what each wallet made of it."""

from collections.abc import Iterator

from infra.simulation.world.programs.ids import USDC, USDT, WRAPPED_SOL
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.transaction import SimulatedTransaction
from infra.simulation.world.truth import (
    RugKind,
    TrueAgent,
    TrueDrift,
    TrueLeg,
    TrueResult,
    TrueToken,
    TrueTrade,
)

_MONEY = (WRAPPED_SOL, USDC, USDT)


class _Position:
    __slots__ = ("bought", "cost", "held", "realised", "received", "sold", "spent")

    def __init__(self) -> None:
        self.bought = self.sold = self.spent = self.received = 0
        self.realised = self.held = self.cost = 0


class Book:
    """The true ledger of trades, kept by average cost in lamports."""

    def __init__(self) -> None:
        self.agents: list[TrueAgent] = []
        self.tokens: dict[str, TrueToken] = {}
        self.drifts: list[TrueDrift] = []
        self.fees: dict[str, int] = {}
        self._positions: dict[tuple[str, str], _Position] = {}
        self._trades: list[TrueTrade] = []
        self.lamports_per_micro_usd = 0.0

    def record(self, tx: SimulatedTransaction, fills: list[Fill]) -> None:
        """Note the outcome of one transaction."""
        payer = tx.accounts[0]
        self.fees[payer] = self.fees.get(payer, 0) + tx.meta.fee
        if tx.failed:
            return
        for fill in fills:
            self._trades.append(true_trade(tx, fill))
            self._account(fill)

    def drain_trades(self) -> tuple[TrueTrade, ...]:
        """Hand over the trades noted so far and forget them."""
        trades = tuple(self._trades)
        self._trades.clear()
        return trades

    def trades(self) -> tuple[TrueTrade, ...]:
        """The trades noted since they were last drained."""
        return tuple(self._trades)

    def results(self) -> Iterator[TrueResult]:
        """What every wallet truly made, by mint."""
        for (wallet, mint), p in self._positions.items():
            yield TrueResult(
                wallet, mint, p.bought, p.sold, p.spent, p.received, p.realised, p.held, p.cost
            )

    def token(
        self,
        mint: str,
        creator: str,
        slot: int,
        rug: RugKind | None,
        decided: int | None,
        outcome: str,
        executed: int | None = None,
    ) -> None:
        """Say what a token is; saying it again replaces what was said."""
        self.tokens[mint] = TrueToken(mint, creator, slot, rug, decided, executed, outcome)

    def _account(self, fill: Fill) -> None:
        wallet = fill.trader.address
        paid, got = fill.mint_in.address, fill.mint_out.address
        if got not in _MONEY:
            cost = self._lamports(paid, fill.amount_in)
            if cost is None:
                cost = self._give_up(wallet, paid, fill.amount_in)
            position = self._position(wallet, got)
            position.bought += fill.amount_out
            position.held += fill.amount_out
            position.spent += cost
            position.cost += cost
        elif paid not in _MONEY:
            proceeds = self._lamports(got, fill.amount_out) or 0
            cost = self._give_up(wallet, paid, fill.amount_in)
            position = self._position(wallet, paid)
            position.received += proceeds
            position.realised += proceeds - cost

    def _give_up(self, wallet: str, mint: str, amount: int) -> int:
        """Take ``amount`` out of a position; its average cost. What came free cost nothing."""
        position = self._position(wallet, mint)
        known = min(amount, position.held)
        cost = position.cost * known // position.held if position.held else 0
        position.sold += amount
        position.held -= known
        position.cost -= cost
        return cost

    def _position(self, wallet: str, mint: str) -> _Position:
        key = (wallet, mint)
        position = self._positions.get(key)
        if position is None:
            position = self._positions[key] = _Position()
        return position

    def _lamports(self, mint: str, amount: int) -> int | None:
        if mint == WRAPPED_SOL:
            return amount
        if mint in _MONEY:
            return int(amount * self.lamports_per_micro_usd)
        return None


def true_trade(tx: SimulatedTransaction, fill: Fill) -> TrueTrade:
    """A fill in addresses."""
    return TrueTrade(
        signature=tx.signature,
        slot=tx.slot,
        outer_index=fill.outer_index,
        trader=fill.trader.address,
        mint_in=fill.mint_in.address,
        amount_in=fill.amount_in,
        mint_out=fill.mint_out.address,
        amount_out=fill.amount_out,
        fee_in=fill.fee_in,
        fee_out=fill.fee_out,
        withheld=fill.withheld,
        venue=fill.venue,
        legs=tuple([_leg(leg) for leg in fill.legs or (fill,)]),
    )


def _leg(fill: Fill) -> TrueLeg:
    return TrueLeg(
        fill.venue,
        fill.pool,
        fill.mint_in.address,
        fill.amount_in,
        fill.mint_out.address,
        fill.amount_out,
        fill.withheld,
    )
