"""Appends: our group commit beside plain writes and beside the event library's own store."""

import asyncio
import functools
import gc
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

import asyncpg

from benchmarks.harness import (
    Cell,
    Figure,
    Rates,
    baseline,
    concurrently,
    interleaved,
    run_alone,
    times,
)
from benchmarks.library import THREADS, Library
from benchmarks.plain_writes import PlainWrites
from benchmarks.servers import embedded_servers
from commands.messages import TrackWallet
from commands.repository import LogRepository
from domain.chain.decoded import DecodedTrade, TokenAmount
from domain.recorded import Metadata
from domain.trade import ChainPlace, Trade
from domain.values import (
    STABLE_COINS,
    WRAPPED_SOL,
    BaseUnits,
    Lamports,
    Signature,
    Slot,
    UnixSeconds,
    WalletAddress,
)
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from infra.postgres.commit import Append
from infra.postgres.group_commit import GroupCommit
from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool
from infra.postgres.rows import PendingEvent, encode_metadata
from infra.supervisor.role import COLLECTION_THRESHOLDS
from tests.support.databases import fresh

STATE: Final = os.urandom(280)
"""Every store gets these bytes; random, so that none gains by compressing them."""
EVENT_TYPE: Final = "wallet-subscription.opened.v1"
WALLET: Final = WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")
CAUSE: Final = TrackWallet(
    message_id=uuid4(),
    correlation_id=uuid4(),
    actor="user:benchmark",
    subscriber_id=uuid4(),
    wallet=WALLET,
    preferences=AlertPreferences(Lamports(1_000)),
)
LIBRARY_STORE: Final = f"the library's PostgresApplicationRecorder, {THREADS} threads"
LIBRARY_SAVE: Final = f"the library's Application.save, {THREADS} threads"


SINGLE: Final = "appends of 1 event, 256 concurrent"
BATCHES: Final = "appends of 100 events, 64 concurrent"
SUBSCRIPTION: Final = "save of a new WalletSubscription, 256 concurrent"
TRADE: Final = "save of a new Trade, 256 concurrent"
COPY: Final = "COPY of 10,000 rows"
COPY_STREAMS: Final = "COPY of 10,000 rows, 100 events of a stream"
BARRED: Final = frozenset((SINGLE, BATCHES, SUBSCRIPTION, TRADE))


async def measure() -> Sequence[Figure]:
    """All cells in turn, on one server: ours and the plain writes share one table."""
    gc.set_threshold(*COLLECTION_THRESHOLDS)  # as a role has it
    with embedded_servers("postgres") as servers:
        rates = await _measure(servers.database_url)
    store, save = rates[LIBRARY_STORE], rates[LIBRARY_SAVE]
    return [
        *(baseline(name, found) for name, found in rates.items() if name not in BARRED),
        times(SINGLE, rates[SINGLE], store, at_least=50, of="the library's recorder"),
        times(SINGLE, rates[SINGLE], rates[COPY], at_least=0.25, of="COPY"),
        times(BATCHES, rates[BATCHES], rates[COPY_STREAMS], at_least=0.75, of="COPY"),
        times(SUBSCRIPTION, rates[SUBSCRIPTION], save, at_least=20, of="Application.save"),
        times(TRADE, rates[TRADE], save, at_least=20, of="Application.save"),
    ]


async def _measure(database_url: str) -> Mapping[str, Rates]:
    async with (
        fresh(database_url) as ours,
        fresh(database_url) as theirs,
        _cells(ours, theirs) as cells,
    ):
        await interleaved(cells, rounds=1)  # plans, pools and files are warm afterwards
        return await interleaved(cells)


@asynccontextmanager
async def _cells(ours: str, theirs: str) -> AsyncIterator[Mapping[str, Cell]]:
    connection = await asyncpg.connect(ours)
    pool = await create_pool(ours, application_name="benchmark")
    library = await asyncio.to_thread(Library, theirs)
    plain = PlainWrites(connection, STATE, _metadata())
    try:
        async with GroupCommit(ours) as writer:
            log = PostgresLog(pool, writer)
            append = functools.partial(_append, writer, 1)
            append_100 = functools.partial(_append, writer, 100)
            subscription = functools.partial(_open, LogRepository(WalletSubscription, log))
            trade = functools.partial(_record, LogRepository(Trade, log))
            yield {
                COPY: plain.copies,
                COPY_STREAMS: functools.partial(plain.copies, 100),
                "INSERT of 1,000 rows": plain.inserts,
                LIBRARY_STORE: functools.partial(asyncio.to_thread, library.inserts, STATE, 1),
                LIBRARY_STORE + ", 100 events": functools.partial(
                    asyncio.to_thread, library.inserts, STATE, 100
                ),
                LIBRARY_SAVE: functools.partial(asyncio.to_thread, library.saves, WALLET),
                "appends of 1 event, 1 at a time": functools.partial(concurrently, 1, append),
                "appends of 1 event, 32 concurrent": functools.partial(concurrently, 32, append),
                SINGLE: functools.partial(concurrently, 256, append),
                "appends of 100 events, 8 concurrent": functools.partial(
                    concurrently, 8, append_100
                ),
                BATCHES: functools.partial(concurrently, 64, append_100),
                SUBSCRIPTION: functools.partial(concurrently, 256, subscription),
                TRADE: functools.partial(concurrently, 256, trade),
            }
    finally:
        library.close()
        await pool.close()
        await connection.close()


async def _append(writer: GroupCommit, count: int) -> int:
    events = [PendingEvent(version, EVENT_TYPE, STATE) for version in range(1, count + 1)]
    await writer.append(Append(uuid4(), 0, events, _metadata()))
    return count


async def _open(subscriptions: LogRepository[WalletSubscription]) -> int:
    opened = WalletSubscription.open(uuid4(), WALLET, CAUSE.preferences)
    await subscriptions.save(opened, cause=CAUSE)
    return 1


async def _record(trades: LogRepository[Trade]) -> int:
    place = ChainPlace(Signature(uuid4().hex), Slot(300_000_000), 7, UnixSeconds(1_730_000_000))
    await trades.save(Trade.record(place, DECODED, "benchmark"), cause=CAUSE)
    return 1


DECODED: Final = DecodedTrade(
    path="2-1",
    trader=WALLET,
    signer=WALLET,
    side="buy",
    token_in=TokenAmount(WRAPPED_SOL, BaseUnits(1_500_000_000), 9),
    token_out=TokenAmount(next(iter(STABLE_COINS)), BaseUnits(250_000_000), 6),
    venue="raydium_v4",
    pool=WALLET,
    legs=(),
)


def _metadata() -> bytes:
    return encode_metadata(Metadata(uuid4(), CAUSE.correlation_id, CAUSE.message_id, CAUSE.actor))


def main() -> None:
    """Print the table."""
    run_alone(measure)


if __name__ == "__main__":
    main()
