"""What becomes of confirmed transactions, recorded for each of their streams at once."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from commands.messages import Dropped, Final, Landed, Settlement, SettleTransactions
from commands.ports import Cause, EventLog
from commands.repository import metadata_of
from domain.aggregate import Aggregate, DomainEvent
from domain.chain.decoded import DecodedTransaction
from domain.errors import NotFound
from domain.trade import ChainPlace, Trade
from domain.transaction import Transaction
from domain.values import GlobalPosition, StreamVersion


class Streams(Protocol):
    """Loads and saves aggregates of several streams together."""

    async def load(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Aggregate]:
        """The aggregates as the log has them; none for a stream with no events."""
        ...

    async def save(self, aggregates: Sequence[Aggregate], *, cause: Cause) -> GlobalPosition | None:
        """Append what all of them decided; None when nothing. Raises ConcurrencyConflict when
        somebody else appended to one of them first; deciding again is safe then."""
        ...


async def settle_transactions(
    command: SettleTransactions, *, streams: Streams
) -> GlobalPosition | None:
    """Record what became of transactions and of each of their trades.

    Raises NotAllowed for what finality forbids, and NotFound for a transaction never recorded.
    """
    found = await streams.load(list(_streams(command.settlements)))
    changed = [one for each in command.settlements for one in _settle(each, found)]
    return await streams.save(changed, cause=command)


def _streams(settlements: Sequence[Settlement]) -> Iterator[UUID]:
    for one in settlements:
        yield one.transaction
        yield from one.trades
        if isinstance(one, Landed):
            place = place_of(one.decoded)
            yield from (Trade.create_id(place, trade) for trade in one.decoded.trades)


def _settle(one: Settlement, found: Mapping[UUID, Aggregate]) -> Sequence[Aggregate]:
    transaction = found.get(one.transaction)
    if not isinstance(transaction, Transaction):
        raise NotFound("transaction", str(one.transaction))
    trades = [trade for name in one.trades if isinstance(trade := found.get(name), Trade)]
    match one:
        case Final():
            transaction.finalize()
            _finalize(trades)
        case Dropped():
            _retract(transaction, trades)
        case Landed(decoded=decoded):
            _retract(transaction, trades)
            _reinstate(transaction, decoded, one.source)
            again = [_again(found, place_of(decoded), one, n) for n in range(len(decoded.trades))]
            transaction.finalize()
            _finalize(again)
            known = {trade.id for trade in trades}
            trades += [trade for trade in again if trade.id not in known]
    return [transaction, *trades]


def _finalize(trades: Sequence[Trade]) -> None:
    """What did not come out again when its transaction landed elsewhere stays retracted."""
    for trade in trades:
        if trade.finality != "retracted":
            trade.finalize()


def _retract(transaction: Transaction, trades: Sequence[Trade]) -> None:
    transaction.retract()
    for trade in trades:
        trade.retract()


def _reinstate(transaction: Transaction, decoded: DecodedTransaction, source: str) -> None:
    transaction.reinstate(
        place_of(decoded),
        fee_payer=decoded.fee_payer,
        signers=decoded.signers,
        failed=decoded.failed,
        fees=decoded.fees,
        transfers=decoded.transfers,
        balance_changes=decoded.balance_changes,
        trade_count=len(decoded.trades),
        decoder=decoded.decoder,
        source=source,
    )


def _again(
    found: Mapping[UUID, Aggregate], place: ChainPlace, landed: Landed, number: int
) -> Trade:
    """The trade as it came out in the other block, which may be one that did not in the first."""
    decoded = landed.decoded.trades[number]
    known = found.get(Trade.create_id(place, decoded))
    if isinstance(known, Trade):
        known.retract()
        known.reinstate(place, decoded, landed.decoded.decoder)
        return known
    return Trade.record(place, decoded, landed.decoded.decoder)


def place_of(decoded: DecodedTransaction) -> ChainPlace:
    """Where a decoded transaction stands."""
    return ChainPlace(decoded.signature, decoded.slot, decoded.index_in_block, decoded.block_time)


class LogStreams:
    """Streams over the log's own port: handed in together, so one group commit takes them."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def load(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Aggregate]:
        """The aggregates as the log has them."""
        found: dict[UUID, Aggregate] = {}
        for name in stream_ids:
            aggregate: Aggregate | None = None
            for recorded in await self._log.read_stream(name):
                aggregate = recorded.event.mutate(aggregate)
            if aggregate is not None:
                found[name] = aggregate
        return found

    async def save(self, aggregates: Sequence[Aggregate], *, cause: Cause) -> GlobalPosition | None:
        """Append what all of them decided."""
        positions = await asyncio.gather(
            *(
                self._log.append(one.id, StreamVersion(start), events, metadata_of(cause))
                for one, start, events in decided(aggregates)
            )
        )
        return max(positions, default=None)


def decided(
    aggregates: Sequence[Aggregate],
) -> Iterator[tuple[Aggregate, int, Sequence[DomainEvent]]]:
    """What each decided and has not handed over, with the version its stream must stand at."""
    for one in aggregates:
        events: Sequence[DomainEvent] = one.collect_events()  # type: ignore[assignment]  # ours
        if events:
            yield one, one.version - len(events), events
