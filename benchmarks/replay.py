"""Replay: the whole log from Postgres to typed events, beside reading alone and the library's."""

import asyncio
import functools
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from benchmarks.filled_log import fill
from benchmarks.harness import (
    Figure,
    Rates,
    any_of,
    baseline,
    interleaved,
    rate_at_least,
    run_alone,
    times,
)
from benchmarks.library import Library
from benchmarks.servers import embedded_servers
from domain.values import GlobalPosition
from infra.postgres.group_commit import GroupCommit
from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool
from infra.postgres.rows import SELECT_ROW
from infra.supervisor.role import COLLECTION_THRESHOLDS
from tests.support.databases import fresh

EVENTS: Final = 100_000
LIBRARY_EVENTS: Final = 20_000
PAGE: Final = 1_000
"""As projections that are behind read it."""

OURS: Final = f"replay of {EVENTS:,} events, pages of {PAGE:,}"
READ: Final = "asyncpg alone, the same rows"
LIBRARY: Final = "the library's select_notifications and JSON transcoder"

Page = Callable[[int], Awaitable[int]]
"""Reads the page after a position and returns the last position in it."""


async def measure() -> Sequence[Figure]:
    """The three readers in turn, over the same events, in a process set up as a role's is."""
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    with embedded_servers("postgres") as servers:
        kind, rates = await _measure(servers.database_url)
    ours = rates[OURS]
    return [
        baseline(READ, rates[READ]),
        baseline(LIBRARY, rates[LIBRARY]),
        any_of(
            f"{OURS}, {kind} transactions",
            rate_at_least(OURS, ours, 200_000),
            times(OURS, ours, rates[READ], at_least=0.5, of="asyncpg alone"),
        ),
        times(OURS, ours, rates[LIBRARY], at_least=5, of="the library"),
    ]


async def _measure(database_url: str) -> tuple[str, Mapping[str, Rates]]:
    async with fresh(database_url) as ours, fresh(database_url) as theirs:
        kind = await fill(ours, EVENTS)
        pool = await create_pool(ours, application_name="benchmark")
        log = PostgresLog(pool, GroupCommit(ours))  # reads only: its writer never starts
        async with _library(ours, theirs) as library:
            cells = {
                READ: functools.partial(_whole_log, functools.partial(_read_alone, pool)),
                OURS: functools.partial(_whole_log, functools.partial(_read_typed, log)),
                LIBRARY: functools.partial(asyncio.to_thread, library.replays, LIBRARY_EVENTS),
            }
            await interleaved(cells, rounds=1)
            rates = await interleaved(cells)
        await pool.close()
    return kind, rates


@asynccontextmanager
async def _library(ours: str, theirs: str) -> AsyncIterator[Library]:
    """The library's store with the first of our events in it, in its own form."""
    pool = await create_pool(ours, application_name="benchmark")
    recorded = await PostgresLog(pool, GroupCommit(ours)).read(GlobalPosition(0), LIBRARY_EVENTS)
    await pool.close()
    library = await asyncio.to_thread(Library, theirs)
    try:
        await asyncio.to_thread(library.fill, [entry.event for entry in recorded])
        yield library
    finally:
        library.close()


async def _whole_log(page: Page) -> float:
    position, started = 0, time.perf_counter()
    while position < EVENTS:
        position = await page(position)
    return EVENTS / (time.perf_counter() - started)


async def _read_alone(pool: asyncpg.Pool, after: int) -> int:
    rows = await pool.fetch(
        f"{SELECT_ROW} WHERE position > $1 ORDER BY position LIMIT $2", after, PAGE
    )
    return int(rows[-1]["position"])


async def _read_typed(log: PostgresLog, after: int) -> int:
    return (await log.read(GlobalPosition(after), PAGE))[-1].position


def main() -> None:
    """Print the table."""
    run_alone(measure)


if __name__ == "__main__":
    main()
