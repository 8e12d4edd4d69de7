"""Settling transactions: each with its trades, together, once, and nothing final taken back."""

from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from commands.bus import CommandBus
from commands.finality import place_of
from commands.messages import Dropped, Final, Landed, Settlement, SettleTransactions
from domain.aggregate import Aggregate
from domain.chain.decoded import DecodedTransaction
from domain.chain.decoder import decode_transaction
from domain.errors import NotAllowed, NotFound
from domain.recorded import Metadata
from domain.trade import Trade
from domain.transaction import Transaction, transaction_stream
from domain.values import Slot, StreamVersion
from tests.support.given import collected
from tests.support.made_transactions import swap
from tests.support.memory_log import MemoryLog

LATER = 9


class Recorded:
    """A transaction with one trade, as intake records it."""

    def __init__(self, log: MemoryLog, number: int) -> None:
        self.log = log
        self.decoded = decode_transaction(swap(number))
        self.id = transaction_stream(self.decoded.signature)
        self.trades = tuple(one.id for one in aggregates(self.decoded)[1:])

    async def record(self) -> "Recorded":
        """Put it into the log."""
        for aggregate in aggregates(self.decoded):
            events = collected(aggregate)
            await self.log.append(aggregate.id, StreamVersion(0), events, _metadata())
        return self

    async def said(self) -> tuple[list[str], list[str]]:
        """What was said of it and of its trade, after being recorded."""
        of_trade = [e.type for e in await self.log.read_stream(self.trades[0])]
        of_transaction = [e.type for e in await self.log.read_stream(self.id)]
        return _short(of_transaction), _short(of_trade)

    def landed(self, slot: int, decoded: DecodedTransaction | None = None) -> Landed:
        """The same transaction in another block."""
        again = replace(decoded or self.decoded, slot=Slot(slot))
        return Landed(self.id, self.trades, again, "rpc")


def aggregates(decoded: DecodedTransaction) -> list[Aggregate]:
    """What intake makes of a decoded transaction."""
    place = place_of(decoded)
    transaction = Transaction.record(
        place,
        fee_payer=decoded.fee_payer,
        signers=decoded.signers,
        failed=decoded.failed,
        fees=decoded.fees,
        transfers=decoded.transfers,
        balance_changes=decoded.balance_changes,
        trade_count=len(decoded.trades),
        decoder=decoded.decoder,
        source="test",
    )
    return [transaction, *(Trade.record(place, t, decoded.decoder) for t in decoded.trades)]


def _metadata() -> Metadata:
    return Metadata(uuid4(), UUID(int=1), UUID(int=2), "intake")


def _short(types: list[str]) -> list[str]:
    return [name.split(".")[1] for name in types][1:]


@pytest.fixture
async def one(log: MemoryLog) -> Recorded:
    """One recorded transaction."""
    return await Recorded(log, 1).record()


async def settle(bus: CommandBus, *settlements: Settlement) -> object:
    """Ask for it."""
    message = uuid4()
    return await bus.send(
        SettleTransactions(
            message_id=message,
            correlation_id=message,
            actor="policy:finality",
            settlements=settlements,
        )
    )


async def test_several_are_settled_together_each_with_its_trades(
    log: MemoryLog, bus: CommandBus
) -> None:
    first, second = await Recorded(log, 1).record(), await Recorded(log, 2).record()
    await settle(bus, Final(first.id, first.trades), Dropped(second.id, second.trades))
    assert await first.said() == (["finalized"], ["finalized"])
    assert await second.said() == (["retracted"], ["retracted"])


async def test_settling_twice_records_once(bus: CommandBus, one: Recorded) -> None:
    assert await settle(bus, Final(one.id, one.trades)) is not None
    assert await settle(bus, Final(one.id, one.trades)) is None
    assert await one.said() == (["finalized"], ["finalized"])


async def test_nothing_final_is_taken_back_or_moved(bus: CommandBus, one: Recorded) -> None:
    await settle(bus, Final(one.id, one.trades))
    with pytest.raises(NotAllowed):
        await settle(bus, Dropped(one.id, one.trades))
    with pytest.raises(NotAllowed):
        await settle(bus, one.landed(LATER))
    assert await one.said() == (["finalized"], ["finalized"])


async def test_what_landed_elsewhere_is_taken_back_stated_there_and_final(
    bus: CommandBus, one: Recorded
) -> None:
    await settle(bus, one.landed(LATER))
    said = ["retracted", "reinstated", "finalized"]
    assert await one.said() == (said, said)
    reinstated = (await one.log.read_stream(one.trades[0]))[2].event
    assert isinstance(reinstated, Trade.Reinstated)
    assert reinstated.place.slot == LATER


async def test_what_was_dropped_before_may_land_later(bus: CommandBus, one: Recorded) -> None:
    await settle(bus, Dropped(one.id, one.trades))
    await settle(bus, one.landed(LATER))
    assert (await one.said())[0] == ["retracted", "reinstated", "finalized"]


async def test_a_trade_that_did_not_come_out_again_stays_retracted(
    bus: CommandBus, one: Recorded
) -> None:
    failed = replace(one.decoded, failed=True, trades=())
    await settle(bus, one.landed(LATER, failed))
    assert await one.said() == (["retracted", "reinstated", "finalized"], ["retracted"])


async def test_a_trade_that_only_came_out_there_is_recorded(
    log: MemoryLog, bus: CommandBus
) -> None:
    one = Recorded(log, 1)
    whole = one.decoded
    one.decoded = replace(whole, trades=())
    await one.record()
    await settle(bus, Landed(one.id, (), replace(whole, slot=Slot(LATER)), "rpc"))
    kinds = [event.type for event in await log.read_stream(one.trades[0])]
    assert kinds == ["trade.recorded.v1", "trade.finalized.v1"]


async def test_a_transaction_never_recorded_is_not_found(bus: CommandBus) -> None:
    with pytest.raises(NotFound):
        await settle(bus, Final(uuid4(), ()))
