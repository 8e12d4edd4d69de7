"""From the inbox to the log, exactly once, whatever happens to the decoder."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg
import pytest
from asyncpg import Connection, Pool
from msgspec.structs import replace

from domain.chain.decoded import DecodedTransaction
from domain.chain.decoder import decode_transaction
from domain.chain.documents import RawTransaction, split_document
from domain.chain.errors import MalformedTransaction
from domain.values import BaseUnits
from infra.intake.decoding import CheckpointMoved, Decode, Decoding
from infra.intake.recording import appends
from infra.postgres.commit import LOG_APPENDED
from infra.postgres.compression import decompress
from infra.postgres.inbox import PostgresInbox
from infra.postgres.leadership import lead
from tests.infra.postgres.cutting_proxy import CuttingProxy, Loss
from tests.support.made_transactions import signature, swap
from tests.support.recorded_data import recorded_transactions

pytestmark = pytest.mark.servers

SMALL_BATCH: Final = 7
WAIT_SECONDS_MAX: Final = 60
LOCK: Final = 43
KILLS: Final = 8


def delivery(raws: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(raws) + b"]"


def swaps(count: int) -> list[bytes]:
    return [swap(number) for number in range(count)]


def undecodable(number: int) -> bytes:
    """Good enough to be kept, but nothing says what it did."""
    return json.dumps(
        {"slot": 1, "transaction": {"signatures": [signature("undecodable", number)]}}
    ).encode()


def expected_streams(raws: Iterable[bytes]) -> list[UUID]:
    """What a decoder that never broke would append, in order."""
    return [
        append.stream_id for raw in raws for append in appends(decode_transaction(raw), "helius")
    ]


async def log_streams(pool: Pool) -> list[UUID]:
    """What is in the log, in order; each stream must have its one event."""
    rows = await pool.fetch("SELECT stream_id, version FROM events ORDER BY position")
    assert {row["version"] for row in rows} <= {1}
    return [row["stream_id"] for row in rows]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        connection.terminate()


async def until_decoded(inbox: PostgresInbox) -> None:
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while await inbox.checkpoint() < await inbox.head():
            pass


async def decode_all(
    url: str,
    inbox: PostgresInbox,
    decode: Decode = decode_transaction,
    rows_max: int = 400,
) -> None:
    """One decoder that nobody disturbs, until the inbox is done."""
    stop = asyncio.Event()
    async with connected(url) as connection:
        decoding = Decoding(connection, decode=decode, rows_max=rows_max)
        running = asyncio.create_task(decoding.run(stop))
        await until_decoded(inbox)
        stop.set()
        await running


async def test_what_was_received_is_recorded_in_its_order(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    await inbox.receive(delivery(swaps(20)), "helius")
    await decode_all(fresh_database, inbox)
    assert await log_streams(pool) == expected_streams(swaps(20))
    assert await inbox.checkpoint() == 20


async def test_what_arrives_while_it_waits_is_decoded_too(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    stop = asyncio.Event()
    async with connected(fresh_database) as connection:
        running = asyncio.create_task(Decoding(connection).run(stop))
        for number in range(5):
            await inbox.receive(delivery([swap(number)]), "helius")
            await until_decoded(inbox)
        stop.set()
        await running
    assert await log_streams(pool) == expected_streams(swaps(5))


async def test_a_redelivery_adds_nothing(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    for _ in range(2):
        await inbox.receive(delivery(swaps(5)), "helius")
        await decode_all(fresh_database, inbox)
    assert await log_streams(pool) == expected_streams(swaps(5))


async def test_events_and_checkpoint_are_one_transaction(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    await inbox.receive(delivery(swaps(10)), "helius")
    await decode_all(fresh_database, inbox)
    events = await pool.fetch("SELECT DISTINCT xmin::text FROM events")
    checkpoint = await pool.fetchval("SELECT xmin::text FROM inbox_checkpoint")
    assert [row[0] for row in events] == [checkpoint]


async def test_events_are_not_recorded_when_the_checkpoint_cannot_move(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    await inbox.receive(delivery(swaps(3)), "helius")

    async with connected(fresh_database) as connection:

        def decode(raw: bytes) -> DecodedTransaction:
            moved.set()
            return decode_transaction(raw)

        moved = asyncio.Event()
        async with pool.acquire() as other, other.transaction():
            await other.execute("UPDATE inbox_checkpoint SET position = 2")
            running = asyncio.create_task(Decoding(connection, decode=decode).run(asyncio.Event()))
            await moved.wait()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            with pytest.raises(CheckpointMoved):
                await running
    assert await log_streams(pool) == []
    assert await inbox.checkpoint() == 2


async def test_an_undecodable_row_is_quarantined_and_skipped(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    await inbox.receive(delivery([swap(1), undecodable(1), swap(2)]), "helius")
    await decode_all(fresh_database, inbox)
    assert await log_streams(pool) == expected_streams([swap(1), swap(2)])
    (row,) = await pool.fetch("SELECT * FROM quarantine")
    assert (row["signature"], row["inbox_position"]) == (signature("undecodable", 1), 2)
    assert (row["source"], decompress(row["raw"])) == ("helius", undecodable(1))
    assert row["reason"].startswith("transaction: ")
    assert await inbox.checkpoint() == 3


async def test_a_batch_of_undecodable_rows_moves_the_checkpoint(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    await inbox.receive(delivery(undecodable(number) for number in range(5)), "helius")
    await decode_all(fresh_database, inbox)
    assert await log_streams(pool) == []
    assert await pool.fetchval("SELECT count(*) FROM quarantine") == 5


async def test_a_row_our_decoder_fails_on_stops_no_others(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    def decode(raw: bytes) -> DecodedTransaction:
        if raw == swap(1):
            raise KeyError("a fault of ours\0")
        return decode_transaction(raw)

    await inbox.receive(delivery([swap(0), swap(1), swap(2)]), "helius")
    await decode_all(fresh_database, inbox, decode)
    assert await log_streams(pool) == expected_streams([swap(0), swap(2)])
    (row,) = await pool.fetch("SELECT * FROM quarantine")
    assert (row["signature"], decompress(row["raw"])) == (signature(1), swap(1))
    assert "KeyError" in row["reason"]


async def test_a_transaction_that_cannot_be_stored_is_not_half_recorded(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    def decode(raw: bytes) -> DecodedTransaction:
        decoded = decode_transaction(raw)
        if raw != swap(1):
            return decoded
        (trade,) = decoded.trades
        flood = replace(trade.token_out, amount=BaseUnits(2**64))  # more than the log's integers
        return replace(decoded, trades=(replace(trade, token_out=flood),))

    await inbox.receive(delivery([swap(0), swap(1), swap(2)]), "helius")
    await decode_all(fresh_database, inbox, decode)
    assert await log_streams(pool) == expected_streams([swap(0), swap(2)])
    assert await pool.fetchval("SELECT signature FROM quarantine") == signature(1)


@pytest.mark.parametrize("losses", [("answer",), ("question",), ("answer", "question", "answer")])
async def test_a_lost_commit_is_neither_lost_nor_repeated(
    fresh_database: str, inbox: PostgresInbox, pool: Pool, losses: tuple[Loss, ...]
) -> None:
    await inbox.receive(delivery(swaps(30)), "helius")
    stop = asyncio.Event()

    async def work(connection: Connection) -> None:
        await Decoding(connection, rows_max=SMALL_BATCH).run(stop)

    async with CuttingProxy(fresh_database).running() as proxy:
        proxy.lose_at_commits(*losses)
        running = asyncio.create_task(lead(proxy.url, "intake", LOCK, work, stop))
        await until_decoded(inbox)
        stop.set()
        await running
        assert proxy.has_lost_all
    assert await log_streams(pool) == expected_streams(swaps(30))


async def test_a_decoder_ended_at_any_moment_decodes_exactly_once(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    good, bad = swaps(400), [undecodable(number) for number in range(8)]
    for bunch in range(8):  # one bad entry before every fifty good ones
        await inbox.receive(delivery([bad[bunch], *good[bunch * 50 :][:50]]), "helius")
    stop, ended = asyncio.Event(), 0
    name = f"intake {fresh_database[-12:]}"

    async def work(connection: Connection) -> None:
        await Decoding(connection, rows_max=SMALL_BATCH).run(stop)

    async def kill() -> None:
        nonlocal ended
        appended = asyncio.Event()
        async with connected(fresh_database) as connection:
            await connection.add_listener(LOG_APPENDED, lambda *_: appended.set())
            while ended < KILLS:
                await appended.wait()
                appended.clear()
                await asyncio.sleep(random.uniform(0, 0.01))  # anywhere within a batch
                ended += await connection.fetchval(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE application_name = $1",
                    f"cipherx {name}",
                )

    killer = asyncio.create_task(kill())
    running = asyncio.create_task(lead(fresh_database, name, LOCK, work, stop))
    await until_decoded(inbox)
    killer.cancel()
    stop.set()
    await running
    assert ended > 0, "no connection was ended: the test shows nothing"
    assert await log_streams(pool) == expected_streams(good)
    assert await pool.fetchval("SELECT count(*) FROM quarantine") == 8


async def test_decoders_that_compete_decode_exactly_once(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    """As when each believes that it leads."""
    await inbox.receive(delivery(swaps(200)), "helius")
    stop, beaten = asyncio.Event(), 0

    async def compete() -> None:
        nonlocal beaten
        async with connected(fresh_database) as connection:
            while not stop.is_set():
                try:
                    await Decoding(connection, rows_max=SMALL_BATCH).run(stop)
                except CheckpointMoved:
                    beaten += 1

    competitors = [asyncio.create_task(compete()) for _ in range(3)]
    await until_decoded(inbox)
    stop.set()
    await asyncio.gather(*competitors)
    assert beaten > 0, "they never met: the test shows nothing"
    assert await log_streams(pool) == expected_streams(swaps(200))


async def test_a_waiting_decoder_stops_when_told(fresh_database: str) -> None:
    stop = asyncio.Event()
    async with connected(fresh_database) as connection:
        running = asyncio.create_task(Decoding(connection).run(stop))
        await asyncio.sleep(0)
        stop.set()
        await running


@pytest.mark.recorded
async def test_recorded_transactions_are_recorded_exactly_once(
    fresh_database: str, inbox: PostgresInbox, pool: Pool
) -> None:
    raws = [
        entry.raw
        for _, document in recorded_transactions()
        for entry in split_document(document)
        if isinstance(entry, RawTransaction)
    ]
    await inbox.receive(delivery(raws), "helius")
    await inbox.receive(delivery(reversed(raws)), "helius")
    await decode_all(fresh_database, inbox, rows_max=100)
    good, bad = [], 0
    for raw in dict.fromkeys(raws):
        try:
            decode_transaction(raw)
        except MalformedTransaction:
            bad += 1
        else:
            good.append(raw)
    assert await log_streams(pool) == expected_streams(good)
    assert await pool.fetchval("SELECT count(*) FROM quarantine") == bad
