"""Raw transactions in, each once."""

import asyncio
import json
import random

import pytest
from asyncpg import Connection, Pool, RestrictViolationError

from commands.ports import Receipt
from domain.chain.documents import RawTransaction, Rejected
from domain.chain.errors import MalformedTransaction
from domain.values import Signature, Slot
from infra.postgres.compression import decompress
from infra.postgres.inbox import PostgresInbox, read_rows
from infra.postgres.quarantine import Quarantined, quarantine
from tests.support.made_transactions import signature, swap
from tests.support.recorded_data import recorded_transactions

pytestmark = pytest.mark.servers


@pytest.fixture
def inbox(pool: Pool) -> PostgresInbox:
    return PostgresInbox(pool)


def delivery(*entries: bytes) -> bytes:
    return b"[" + b",".join(entries) + b"]"


def swaps(*numbers: int) -> bytes:
    return delivery(*(swap(number) for number in numbers))


async def quarantined(connection: Connection) -> list[tuple[str, bytes]]:
    rows = await connection.fetch("SELECT reason, raw FROM quarantine ORDER BY received_at, digest")
    return [(row[0], decompress(row[1])) for row in rows]


async def kept(connection: Connection) -> list[str]:
    return [row.signature for row in await read_rows(connection, 0, 10_000)]


async def test_a_delivery_is_kept_as_it_came(inbox: PostgresInbox, connection: Connection) -> None:
    assert await inbox.receive(swaps(1, 2, 3), "helius") == Receipt(3, 3, 0, 0)
    rows = await read_rows(connection, 0, 10)
    assert [row.position for row in rows] == [1, 2, 3]
    assert [row.raw for row in rows] == [swap(1), swap(2), swap(3)]
    assert [row.signature for row in rows] == [signature(1), signature(2), signature(3)]
    assert {row.source for row in rows} == {"helius"}
    assert await inbox.head() == 3
    assert await inbox.checkpoint() == 0


async def test_rows_are_read_in_order_above_a_position(
    inbox: PostgresInbox, connection: Connection
) -> None:
    await inbox.receive(swaps(*range(10)), "helius")
    assert [row.position for row in await read_rows(connection, 4, 3)] == [5, 6, 7]


async def test_the_same_delivery_again_is_all_duplicates(
    inbox: PostgresInbox, connection: Connection
) -> None:
    await inbox.receive(swaps(1, 2), "helius")
    assert await inbox.receive(swaps(2, 1), "rpc") == Receipt(2, 0, 2, 0)
    assert await inbox.head() == 2
    assert {row.source for row in await read_rows(connection, 0, 10)} == {"helius"}


async def test_a_transaction_twice_within_a_delivery_is_kept_once(
    inbox: PostgresInbox, connection: Connection
) -> None:
    assert await inbox.receive(swaps(1, 1, 2, 1), "helius") == Receipt(4, 2, 2, 0)
    assert await kept(connection) == [signature(1), signature(2)]


async def test_a_partly_known_delivery_leaves_no_gap(
    inbox: PostgresInbox, connection: Connection
) -> None:
    await inbox.receive(swaps(1, 3), "helius")
    assert await inbox.receive(swaps(1, 2, 3, 4), "helius") == Receipt(4, 2, 2, 0)
    assert [row.position for row in await read_rows(connection, 0, 10)] == [1, 2, 3, 4]


async def test_a_bad_entry_is_quarantined_and_the_others_are_kept(
    inbox: PostgresInbox, connection: Connection
) -> None:
    body = delivery(swap(1), b'{"slot":1}', swap(2), b'"text"', swap(1))
    receipt = await inbox.receive(body, "helius")
    assert receipt == Receipt(received=5, accepted=2, duplicate=1, quarantined=2)
    assert await kept(connection) == [signature(1), signature(2)]
    assert {raw for _, raw in await quarantined(connection)} == {b'{"slot":1}', b'"text"'}
    assert any("transaction: missing" in reason for reason, _ in await quarantined(connection))


async def test_a_bad_entry_that_is_repeated_is_quarantined_once(
    inbox: PostgresInbox, connection: Connection
) -> None:
    for _ in range(3):
        assert await inbox.receive(delivery(b"{}", b"{}"), "helius") == Receipt(2, 0, 0, 2)
    assert len(await quarantined(connection)) == 1


async def test_an_empty_delivery_is_nothing(inbox: PostgresInbox) -> None:
    assert await inbox.receive(b"[]", "helius") == Receipt(0, 0, 0, 0)


@pytest.mark.parametrize("body", [b"", b"[", b"null", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_document_is_refused_as_a_whole(
    inbox: PostgresInbox, connection: Connection, body: bytes
) -> None:
    with pytest.raises(MalformedTransaction):
        await inbox.receive(body, "helius")
    assert await quarantined(connection) == []


async def test_a_reason_with_characters_postgres_cannot_hold_is_kept(
    inbox: PostgresInbox, connection: Connection
) -> None:
    await inbox.keep([Rejected(0, "field\0name", b"\0raw")], "helius")
    assert await quarantined(connection) == [("field\N{SYMBOL FOR NULL}name", b"\0raw")]


def with_index(number: int, index: int) -> bytes:
    return json.dumps(json.loads(swap(number)) | {"indexWithinBlock": index}).encode()


@pytest.mark.parametrize("index", [2**31, 2**63 - 1])
async def test_an_index_no_block_has_is_quarantined_and_fails_no_others(
    inbox: PostgresInbox, connection: Connection, index: int
) -> None:
    odd = with_index(1, index)
    assert await inbox.receive(delivery(odd, swap(2)), "helius") == Receipt(2, 1, 0, 1)
    assert await kept(connection) == [signature(2)]
    ((reason, raw),) = await quarantined(connection)
    assert raw == odd
    assert reason == f"indexWithinBlock: {index}, over 2147483647"


async def test_the_largest_index_is_kept(inbox: PostgresInbox) -> None:
    largest = with_index(1, 2**31 - 1)
    assert await inbox.receive(delivery(largest), "helius") == Receipt(1, 1, 0, 0)


async def test_the_largest_slot_is_kept(inbox: PostgresInbox) -> None:
    entry = RawTransaction(b"{}", Signature("s"), Slot(2**63 - 1), None, None)
    assert (await inbox.keep([entry], "helius")).accepted == 1


async def test_deliveries_of_the_same_transactions_at_once_are_kept_once(
    inbox: PostgresInbox, connection: Connection
) -> None:
    """Shuffled, overlapping and with the same bad entries, as retries of a sender are."""
    order = random.Random(7)
    bodies = []
    for _ in range(30):
        numbers = order.sample(range(40), 20)
        bad = [b'{"bad":%d}' % number for number in order.sample(range(10), 8)]
        bodies.append(delivery(*(swap(number) for number in numbers), *bad))
    receipts = await asyncio.gather(*(inbox.receive(body, "helius") for body in bodies))
    for receipt in receipts:
        assert receipt.received == receipt.accepted + receipt.duplicate + receipt.quarantined == 28
    there = await kept(connection)
    assert len(there) == len(set(there)) == sum(receipt.accepted for receipt in receipts)
    assert await inbox.head() == len(there)
    assert [row.position for row in await read_rows(connection, 0, 100)] == [
        *range(1, len(there) + 1)
    ]
    assert len(await quarantined(connection)) == 10


async def test_bad_entries_in_opposite_orders_do_not_wait_for_each_other(
    inbox: PostgresInbox, connection: Connection
) -> None:
    """Both stop at the entry in the middle; then neither may hold what the other needs next."""
    bad = [b'{"bad":%d}' % number for number in range(21)]
    bodies = [delivery(*bad), delivery(*reversed(bad))]
    transaction = connection.transaction()
    await transaction.start()
    await quarantine(connection, [Quarantined(bad[10], "held", "test")])
    deliveries = [asyncio.create_task(inbox.receive(body, "helius")) for body in bodies]
    async with asyncio.timeout(20):
        while await waiting_for_locks(connection) < len(bodies):
            await connection.execute("SELECT pg_stat_clear_snapshot()")
    await transaction.rollback()
    assert await asyncio.gather(*deliveries) == [Receipt(21, 0, 0, 21)] * 2
    assert len(await quarantined(connection)) == 21


async def waiting_for_locks(connection: Connection) -> int:
    waiting: int = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return waiting


@pytest.mark.parametrize(
    "change", ["UPDATE inbox SET slot = 0", "DELETE FROM inbox", "TRUNCATE inbox"]
)
async def test_the_inbox_refuses_to_be_changed(
    inbox: PostgresInbox, connection: Connection, change: str
) -> None:
    await inbox.receive(swaps(1), "helius")
    with pytest.raises(RestrictViolationError, match="append-only"):
        await connection.execute(change)


@pytest.mark.recorded
async def test_recorded_transactions_are_kept_by_their_signatures(
    inbox: PostgresInbox, connection: Connection
) -> None:
    files = dict(list(recorded_transactions())[:200])
    receipts = [await inbox.receive(raw, "replay") for raw in files.values()]
    again = [await inbox.receive(raw, "replay") for raw in files.values()]
    assert sum(receipt.accepted for receipt in receipts) == await inbox.head()
    assert sum(receipt.accepted for receipt in again) == 0
    assert set(await kept(connection)) <= set(files)
