"""Keeps what each token last traded for."""

from collections.abc import Iterable
from typing import ClassVar, Final, Self
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.aggregate import DomainEvent
from domain.chain.decoded import DecodedTrade, TokenAmount
from domain.recorded import RecordedEvent
from domain.trade import ChainPlace, Trade
from domain.values import STABLE_COINS, WRAPPED_SOL, GlobalPosition, Mint
from projections.balance import known_index
from projections.keyed import KeyedProjection, Values
from projections.ports import Place
from projections.views import TokenPrice

KEPT: Final = 4
"""Prices kept for each mint: when forks drop the newest trades, the next of these counts."""


class PricedTrade(Struct, frozen=True, array_like=True):
    """One trade that priced a mint; they are ordered by place in the chain, then in the log."""

    slot: int
    index_in_block: int
    position: GlobalPosition
    trade_id: UUID
    price: TokenPrice


class PriceRecord(Struct, frozen=True, array_like=True):
    """The newest trades that priced a mint, newest first."""

    newest: tuple[PricedTrade, ...] = ()

    def without(self, trade_id: UUID) -> Self:
        """What remains when that trade is taken back."""
        return type(self)(tuple(priced for priced in self.newest if priced.trade_id != trade_id))

    def including(self, priced: PricedTrade) -> Self:
        """With one more, which may be older than some."""
        ranked = sorted((*self.newest, priced), key=_rank, reverse=True)
        return type(self)(tuple(ranked[:KEPT]))


decode_prices: Final = msgspec.msgpack.Decoder(PriceRecord).decode


class LastPrice(KeyedProjection):
    """Prices in SOL or a stable coin; in whatever order trades are recorded, the newest by
    place in the chain counts."""

    name: ClassVar[str] = "last-price-v1"
    handles: ClassVar[tuple[type[DomainEvent], ...]] = (
        Trade.Recorded,
        Trade.Retracted,
        Trade.Reinstated,
        Trade.Corrected,
    )

    def touches(self, recorded: RecordedEvent) -> Iterable[Place]:
        """The prices of the mints that the trade did, or now does, price."""
        match recorded.event:
            case (
                Trade.Recorded(trade=trade)
                | Trade.Retracted(trade=trade)
                | Trade.Reinstated(trade=trade)
            ):
                trades = [trade]
            case Trade.Corrected(was=was, trade=trade):
                trades = [was, trade]
            case _:
                trades = []
        return [price_place(sides[0].mint) for trade in trades if (sides := priced_sides(trade))]

    def fold(self, values: Values, recorded: RecordedEvent) -> None:
        """Apply one event."""
        match recorded.event:
            case (
                Trade.Recorded(place=place, trade=trade)
                | Trade.Reinstated(place=place, trade=trade)
            ):
                _include(values, recorded, place, trade)
            case Trade.Retracted(trade=trade):
                _exclude(values, recorded, trade)
            case Trade.Corrected(place=place, was=was, trade=trade):
                _exclude(values, recorded, was)
                _include(values, recorded, place, trade)
            case _:
                pass


def price_place(mint: Mint) -> Place:
    """Where a mint's prices are."""
    return Place("prices", mint)


def priced_sides(trade: DecodedTrade) -> tuple[TokenAmount, TokenAmount] | None:
    """What was priced, and what it was paid for with; None when the trade prices nothing: a
    swap of two tokens, of two stable coins, or of nothing."""
    one, other = trade.token_in, trade.token_out
    if one.amount < 1 or other.amount < 1:
        return None
    if _money(one.mint) == _money(other.mint):
        return None
    return (one, other) if _money(one.mint) < _money(other.mint) else (other, one)


def _money(mint: Mint) -> int:
    """How much of a money it is: stable coins price SOL, and both price everything else."""
    return 2 if mint in STABLE_COINS else int(mint == WRAPPED_SOL)


def _rank(priced: PricedTrade) -> tuple[int, int, int]:
    return priced.slot, priced.index_in_block, priced.position


def _include(
    values: Values, recorded: RecordedEvent, place: ChainPlace, trade: DecodedTrade
) -> None:
    sides = priced_sides(trade)
    if sides is not None:
        token, quote = sides
        index = known_index(place)
        price = TokenPrice(
            mint=token.mint,
            quote=quote.mint,
            amount=token.amount,
            quote_amount=quote.amount,
            decimals=token.decimals,
            quote_decimals=quote.decimals,
            slot=place.slot,
            index_in_block=index,
            block_time=place.block_time,
            venue=trade.venue,
            position=recorded.position,
        )
        priced = PricedTrade(place.slot, index, recorded.position, recorded.stream_id, price)
        known = values.get(price_place(token.mint), decode_prices) or PriceRecord()
        values.put(price_place(token.mint), known.including(priced))


def _exclude(values: Values, recorded: RecordedEvent, trade: DecodedTrade) -> None:
    sides = priced_sides(trade)
    if sides is not None:
        place = price_place(sides[0].mint)
        known = values.get(place, decode_prices) or PriceRecord()
        remaining = known.without(recorded.stream_id)
        values.put(place, remaining if remaining.newest else None)
