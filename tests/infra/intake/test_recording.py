"""What the log is told of one transaction."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.catalogue import CATALOGUE
from domain.chain.decoder import decode_transaction
from domain.recorded import Metadata
from domain.trade import ChainPlace, Trade
from domain.transaction import Transaction
from infra.intake.recording import appends
from tests.support.made_transactions import swap

DECODED = decode_transaction(swap(1))
PLACE = ChainPlace(DECODED.signature, DECODED.slot, DECODED.index_in_block, DECODED.block_time)


def test_a_transaction_comes_first_and_then_each_of_its_trades() -> None:
    streams = [append.stream_id for append in appends(DECODED, "helius")]
    trades = [Trade.create_id(PLACE, trade) for trade in DECODED.trades]
    assert streams == [Transaction.create_id(PLACE), *trades]
    assert trades, "the made swap should be a trade"


def test_each_is_the_first_event_of_its_stream() -> None:
    for append in appends(DECODED, "helius"):
        assert append.expected_version == 0
        assert [event.version for event in append.events] == [1]


def test_the_source_and_the_count_of_trades_are_recorded() -> None:
    (event,) = next(appends(DECODED, "helius")).events
    recorded = CATALOGUE.decode(event.type, event.data)
    assert isinstance(recorded, Transaction.Recorded)
    assert (recorded.source, recorded.trade_count) == ("helius", len(DECODED.trades))


def test_trades_are_caused_by_their_transaction() -> None:
    decode = msgspec.msgpack.Decoder(Metadata).decode
    reasons = [decode(append.metadata) for append in appends(DECODED, "helius")]
    assert {reason.causation_id for reason in reasons} == {Transaction.create_id(PLACE)}
    assert {reason.correlation_id for reason in reasons} == {Transaction.create_id(PLACE)}
    assert {reason.actor for reason in reasons} == {"intake"}
    append_ids: set[UUID] = {reason.append_id for reason in reasons}
    assert len(append_ids) == len(reasons)


def test_a_vote_is_not_recorded() -> None:
    assert list(appends(replace(DECODED, is_vote=True), "helius")) == []


def test_a_failed_transaction_is_recorded_without_trades() -> None:
    failed = replace(DECODED, failed=True, trades=())
    assert len(list(appends(failed, "helius"))) == 1
