"""A reader that only asks for what is above its last position misses nothing, in order.

Sixteen writers, each on a connection of its own, with delays at the worst places, one commit in
twenty rolled back and conflicts as they come. `--ordering-events` says how many events.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import pytest
from asyncpg import Connection

from commands.ports import ConcurrencyConflict
from infra.postgres.commit import LOG_APPENDED, Append, commit
from infra.postgres.group_commit import GroupCommit
from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool
from tests.infra.postgres.appending import append
from tests.ordering.order_check import Seen, check

pytestmark = pytest.mark.servers

WRITERS: Final = 16
STREAMS: Final = 40
APPEND_EVENTS_MAX: Final = 24
ROLLBACK_SHARE: Final = 0.05
DELAY_SECONDS_MAX: Final = 0.004
READ_LIMIT: Final = 500
NAIVE_EVENTS: Final = 400

Read = Callable[[int], Awaitable[Sequence[Seen]]]


class RolledBack(Exception):
    """A writer changed its mind."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def delay() -> None:
    """Nothing, or a pause of up to some commits' length."""
    if random.random() < 0.1:
        await asyncio.sleep(random.uniform(0, DELAY_SECONDS_MAX))


async def rarely_roll_back(connection: Connection) -> None:
    """Work within the writer's transaction, after its events are inserted."""
    await delay()
    if random.random() < ROLLBACK_SHARE:
        raise RolledBack


class Load:
    """Writers that share streams until enough events are acknowledged."""

    def __init__(self, events: int) -> None:
        self._wanted = events
        self._streams = {uuid4(): 0 for _ in range(STREAMS)}
        self.promised: list[Seen] = []
        self.rolled_back = 0
        self.conflicts = 0

    async def write(self, url: str) -> None:
        async with connected(url) as connection:
            while len(self.promised) < self._wanted:
                await delay()
                stream = random.choice(list(self._streams))
                version = self._streams[stream]  # stale when somebody else is faster
                count = random.randint(1, APPEND_EVENTS_MAX)
                await self._append(connection, append(stream, count, after=version))

    async def _append(self, connection: Connection, mine: Append) -> None:
        try:
            (outcome,) = await commit(connection, [mine], rarely_roll_back)
        except RolledBack:
            self.rolled_back += 1
            return
        if isinstance(outcome, ConcurrencyConflict):
            self.conflicts += 1
            self._streams[mine.stream_id] = outcome.found
            return
        first = outcome - len(mine.events) + 1
        self.promised += [
            Seen(position, mine.stream_id, event.version)
            for position, event in enumerate(mine.events, first)
        ]
        self._streams[mine.stream_id] = mine.events[-1].version


async def tail(read: Read, woken: asyncio.Event, done: asyncio.Event) -> list[Seen]:
    """All that a reader meets who asks for positions above its last, until all is written."""
    seen: list[Seen] = []
    last = 0
    while True:
        was_done = done.is_set()
        woken.clear()
        rows = await read(last)
        if rows:
            seen += rows
            last = rows[-1].position
        elif was_done:
            return seen
        else:
            await woken.wait()


async def test_a_reader_behind_many_writers_misses_nothing(
    fresh_database: str, pytestconfig: pytest.Config
) -> None:
    load = Load(pytestconfig.getoption("--ordering-events"))
    woken, done = asyncio.Event(), asyncio.Event()
    async with (
        await create_pool(fresh_database, application_name="reader") as pool,
        connected(fresh_database) as listener,
    ):
        log = PostgresLog(pool, GroupCommit(fresh_database))  # reads only
        await listener.add_listener(LOG_APPENDED, lambda *_: woken.set())

        async def read(after: int) -> Sequence[Seen]:
            rows = await log.read_rows(after, READ_LIMIT)
            return [Seen(row.position, row.stream_id, row.version) for row in rows]

        reading = asyncio.create_task(tail(read, woken, done))
        async with asyncio.TaskGroup() as writers:
            for _ in range(WRITERS):
                writers.create_task(load.write(fresh_database))
        done.set()
        woken.set()
        seen = await reading
        last_position = await log.head()

    assert load.rolled_back > 0
    assert load.conflicts > 0
    assert check(seen, load.promised).none
    assert [event.position for event in seen] == list(range(1, last_position + 1))


async def test_a_reader_of_a_plain_sequence_is_caught_missing_events(fresh_database: str) -> None:
    """The same judge over what everybody writes first: a serial id, and `id > last`."""
    promised: list[Seen] = []
    woken, done = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with connected(fresh_database) as connection:
            while len(promised) < NAIVE_EVENTS:
                stream = uuid4()
                transaction = connection.transaction()
                await transaction.start()
                position = await connection.fetchval(
                    "INSERT INTO naive (stream_id) VALUES ($1) RETURNING position", stream
                )
                await asyncio.sleep(random.uniform(0, DELAY_SECONDS_MAX))
                if random.random() < ROLLBACK_SHARE:
                    await transaction.rollback()
                else:
                    await transaction.commit()
                    promised.append(Seen(position, stream, 1))
                    woken.set()

    async with connected(fresh_database) as reader:
        await reader.execute("CREATE TABLE naive (position bigserial, stream_id uuid)")

        async def read(after: int) -> Sequence[Seen]:
            rows = await reader.fetch(
                "SELECT position, stream_id FROM naive WHERE position > $1 ORDER BY position", after
            )
            return [Seen(row[0], UUID(bytes=row[1].bytes), 1) for row in rows]

        reading = asyncio.create_task(tail(read, woken, done))
        async with asyncio.TaskGroup() as writers:
            for _ in range(WRITERS):
                writers.create_task(write())
        done.set()
        woken.set()
        seen = await reading
    assert check(seen, promised).missed, "the judge did not notice what this reader must miss"
