"""Appends that share a transaction, and what becomes of them when something breaks."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import pytest
from asyncpg import Connection, RestrictViolationError

from commands.ports import ConcurrencyConflict
from infra.postgres.commit import Append
from infra.postgres.group_commit import GROUP_EVENTS_MAX, GroupCommit, LogUnavailable
from tests.infra.postgres.appending import append
from tests.infra.postgres.cutting_proxy import CuttingProxy, Loss

pytestmark = pytest.mark.servers

NO_PAUSES = (0.0,) * 3
WAIT_SECONDS_MAX = 30


async def positions(connection: Connection) -> list[int]:
    return [row[0] for row in await connection.fetch("SELECT position FROM events ORDER BY 1")]


async def transactions(connection: Connection) -> int:
    count: int = await connection.fetchval("SELECT count(DISTINCT xmin::text) FROM events")
    return count


async def append_ids(connection: Connection) -> list[bytes]:
    return [row[0] for row in await connection.fetch("SELECT metadata FROM events ORDER BY 1")]


async def end_writers(connection: Connection) -> int:
    """Have Postgres end the log's connections; how many there were."""
    ended: int = await connection.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'cipherx log'"
    )
    return ended


@asynccontextmanager
async def held_head(connection: Connection) -> AsyncIterator[None]:
    """Nobody can append meanwhile."""
    async with connection.transaction():
        await connection.execute("SELECT FROM log_head FOR UPDATE")
        yield


async def until_waiting_for_head(connection: Connection) -> None:
    """Return when the log's connection waits for a lock."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not await connection.fetchval(
            "SELECT true FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'cipherx log' AND wait_event_type = 'Lock'"
        ):
            # A transaction sees one snapshot of the activity until it asks for another.
            await connection.execute("SELECT pg_stat_clear_snapshot()")


async def test_what_arrives_together_is_one_transaction(
    fresh_database: str, connection: Connection
) -> None:
    async with GroupCommit(fresh_database) as writer:
        answers = await asyncio.gather(*(writer.append(append(uuid4())) for _ in range(64)))
    assert answers == list(range(1, 65))
    assert await transactions(connection) == 1


async def test_what_arrives_during_a_commit_goes_with_the_next(
    fresh_database: str, connection: Connection
) -> None:
    async with GroupCommit(fresh_database) as writer:
        async with held_head(connection):
            first = asyncio.create_task(writer.append(append(uuid4())))
            await until_waiting_for_head(connection)
            later = [asyncio.create_task(writer.append(append(uuid4()))) for _ in range(20)]
            await asyncio.sleep(0)
        assert await asyncio.gather(first, *later) == list(range(1, 22))
    assert await transactions(connection) == 2


async def test_a_transaction_is_bounded(fresh_database: str, connection: Connection) -> None:
    half = GROUP_EVENTS_MAX // 2
    async with GroupCommit(fresh_database) as writer:
        answers = await asyncio.gather(*(writer.append(append(uuid4(), half)) for _ in range(3)))
    assert answers == [half, 2 * half, 3 * half]
    assert await transactions(connection) == 2


async def test_an_append_over_the_bound_goes_alone(
    fresh_database: str, connection: Connection
) -> None:
    big = GROUP_EVENTS_MAX + 1
    async with GroupCommit(fresh_database) as writer:
        answers = await asyncio.gather(
            writer.append(append(uuid4())),
            writer.append(append(uuid4(), big)),
            writer.append(append(uuid4())),
        )
    assert list(answers) == [1, 1 + big, 2 + big]
    assert await transactions(connection) == 3


async def test_recorded_at_never_decreases_even_when_the_clock_does(
    fresh_database: str, connection: Connection
) -> None:
    await connection.execute("UPDATE log_head SET recorded_at = '2099-01-01+00'")
    async with GroupCommit(fresh_database) as writer:
        for _ in range(3):
            await writer.append(append(uuid4()))
    rows = await connection.fetch("SELECT recorded_at FROM events ORDER BY position")
    assert {row[0].year for row in rows} == {2099}


async def test_recorded_at_follows_the_clock_otherwise(
    fresh_database: str, connection: Connection
) -> None:
    async with GroupCommit(fresh_database) as writer:
        for _ in range(10):
            await writer.append(append(uuid4()))
    times = [row[0] for row in await connection.fetch("SELECT recorded_at FROM events ORDER BY 1")]
    assert times == sorted(times)
    head = await connection.fetchval("SELECT recorded_at FROM log_head")
    assert head == times[-1]
    assert await connection.fetchval("SELECT $1 > now() - interval '1 hour'", head)


async def test_two_writers_share_one_order(fresh_database: str, connection: Connection) -> None:
    async with GroupCommit(fresh_database) as here, GroupCommit(fresh_database) as there:
        answers = await asyncio.gather(
            *(writer.append(append(uuid4())) for _ in range(50) for writer in (here, there))
        )
    assert sorted(answers) == list(range(1, 101))
    assert await positions(connection) == list(range(1, 101))


@pytest.mark.parametrize("loss", ["question", "answer"])
async def test_a_commit_that_lost_its_connection_is_answered_and_recorded_once(
    fresh_database: str, connection: Connection, loss: Loss
) -> None:
    async with CuttingProxy(fresh_database).running() as proxy, GroupCommit(proxy.url) as writer:
        assert await writer.append(append(uuid4())) == 1
        proxy.lose_at_commits(loss)
        stream = uuid4()
        answers = await asyncio.gather(
            *(writer.append(append(uuid4())) for _ in range(10)),
            writer.append(append(stream, 3)),
            writer.append(append(stream, 2, after=3)),
        )
    assert proxy.has_lost_all
    assert answers == [*range(2, 12), 14, 16]
    assert await positions(connection) == list(range(1, 17))


async def test_a_conflict_stays_a_conflict_after_a_lost_answer(
    fresh_database: str, connection: Connection
) -> None:
    stream = uuid4()
    async with CuttingProxy(fresh_database).running() as proxy, GroupCommit(proxy.url) as writer:
        proxy.lose_at_commits("answer")
        winner, loser = await asyncio.gather(
            writer.append(append(stream)), writer.append(append(stream)), return_exceptions=True
        )
    assert winner == 1
    assert isinstance(loser, ConcurrencyConflict)
    assert await positions(connection) == [1]


async def test_a_caller_told_unavailable_asks_again_and_is_recorded_once(
    fresh_database: str, connection: Connection
) -> None:
    mine = append(uuid4(), 2)
    async with (
        CuttingProxy(fresh_database).running() as proxy,
        GroupCommit(proxy.url, pauses=()) as writer,
    ):
        proxy.lose_at_commits("answer")
        with pytest.raises(LogUnavailable):
            await writer.append(mine)
        assert await writer.append(append(uuid4())) == 3
        assert await writer.append(mine) == 2
    assert await positions(connection) == [1, 2, 3]


async def test_a_server_that_is_away_is_told_after_bounded_tries(
    fresh_database: str, connection: Connection
) -> None:
    async with CuttingProxy(fresh_database).running() as proxy:
        proxy.lose_at_commits("question", "question", "question", "question")
        async with GroupCommit(proxy.url, pauses=NO_PAUSES) as writer:
            with pytest.raises(LogUnavailable, match="after 4 attempts"):
                await writer.append(append(uuid4()))
            assert proxy.connected == 4
    assert await positions(connection) == []


async def test_a_port_nobody_listens_on_is_told_too(fresh_database: str) -> None:
    async with CuttingProxy(fresh_database).running() as proxy:
        url = proxy.url
    async with GroupCommit(url, pauses=NO_PAUSES) as writer:
        with pytest.raises(LogUnavailable, match="Connect"):
            await writer.append(append(uuid4()))


async def test_a_server_without_a_free_connection_is_tried_again(
    fresh_database: str, connection: Connection
) -> None:
    role = f"full_{uuid4().hex}"
    await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
    parts = urlsplit(fresh_database)
    _, _, place = parts.netloc.rpartition("@")
    url = urlunsplit(parts._replace(netloc=f"{role}:x@{place}"))
    try:
        async with GroupCommit(url, pauses=NO_PAUSES) as writer:
            with pytest.raises(LogUnavailable, match=r"after 4 attempts.*too many connections"):
                await writer.append(append(uuid4()))
    finally:
        await connection.execute(f"DROP ROLE {role}")


async def test_connections_ended_under_load_lose_nothing_and_repeat_nothing(
    fresh_database: str, connection: Connection
) -> None:
    """Without tries of its own the writer passes every loss on, so callers ask again."""
    appends, kills = [append(uuid4(), 1 + n % 3) for n in range(1_500)], 25
    told: dict[bytes, int] = {}
    answered = asyncio.Event()
    unavailable = 0

    async def ask_until_answered(mine: Append) -> None:
        nonlocal unavailable
        while True:
            try:
                told[mine.metadata] = await writer.append(mine)
            except LogUnavailable:
                unavailable += 1
            else:
                answered.set()
                return

    async def call(some: list[Append]) -> None:
        for mine in some:
            await ask_until_answered(mine)

    async def kill() -> int:
        ended = 0
        while len(told) < len(appends) and ended < kills:
            answered.clear()
            await answered.wait()
            await asyncio.sleep(random.uniform(0, 0.005))  # anywhere within a commit
            ended += await end_writers(connection)
        return ended

    async with GroupCommit(fresh_database, pauses=()) as writer:
        killer = asyncio.create_task(kill())
        await asyncio.gather(*(call(appends[caller::50]) for caller in range(50)))
        ended = await killer

    assert ended >= 5, "hardly any connection was ended: the test shows nothing"
    assert unavailable > 0
    assert await positions(connection) == list(range(1, sum(len(a.events) for a in appends) + 1))
    rows = await connection.fetch("SELECT metadata, max(position) FROM events GROUP BY metadata")
    assert {row[0]: row[1] for row in rows} == told


async def test_the_writer_itself_outlasts_ended_connections(
    fresh_database: str, connection: Connection
) -> None:
    async with GroupCommit(fresh_database) as writer:
        for expected in range(1, 6):
            assert await writer.append(append(uuid4())) == expected
            assert await end_writers(connection) == 1
    assert await positions(connection) == [1, 2, 3, 4, 5]


async def test_a_cancelled_caller_disturbs_nobody(
    fresh_database: str, connection: Connection
) -> None:
    async with GroupCommit(fresh_database) as writer:
        async with held_head(connection):
            committing = asyncio.create_task(writer.append(append(uuid4())))
            await until_waiting_for_head(connection)
            waiting = [asyncio.create_task(writer.append(append(uuid4()))) for _ in range(9)]
            await asyncio.sleep(0)
            committing.cancel()
            for task in waiting[::2]:
                task.cancel()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            answers = await asyncio.gather(committing, *waiting, return_exceptions=True)
            after = await writer.append(append(uuid4()))
    told = [answer for answer in answers if isinstance(answer, int)]
    assert len(told) == 4
    # What was handed in may be recorded although nobody waits for it any more.
    assert set(told) < set(await positions(connection)) == set(range(1, after + 1))


async def test_an_append_repeated_after_cancelling_is_recorded_once(
    fresh_database: str, connection: Connection
) -> None:
    mine = append(uuid4())
    async with GroupCommit(fresh_database) as writer:
        async with held_head(connection):
            task = asyncio.create_task(writer.append(mine))
            await until_waiting_for_head(connection)
            task.cancel()
            again = asyncio.create_task(writer.append(mine))
            await asyncio.sleep(0)
        assert await again == 1
    assert await append_ids(connection) == [mine.metadata]


async def test_closing_commits_what_was_handed_in(
    fresh_database: str, connection: Connection
) -> None:
    async with GroupCommit(fresh_database) as writer:
        tasks = [asyncio.create_task(writer.append(append(uuid4()))) for _ in range(100)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*tasks) == list(range(1, 101))
    assert await positions(connection) == list(range(1, 101))


async def test_a_closed_writer_takes_nothing(fresh_database: str) -> None:
    async with GroupCommit(fresh_database) as writer:
        pass
    with pytest.raises(LogUnavailable, match="shut down"):
        await writer.append(append(uuid4()))


async def test_closing_is_bounded_and_tells_everybody(
    fresh_database: str, connection: Connection
) -> None:
    async with held_head(connection):
        async with GroupCommit(fresh_database, drain_seconds=0) as writer:
            committing = asyncio.create_task(writer.append(append(uuid4(), GROUP_EVENTS_MAX)))
            await until_waiting_for_head(connection)
            waiting = [asyncio.create_task(writer.append(append(uuid4()))) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[1].cancel()  # must not keep the others from being told
        answers = await asyncio.gather(committing, *waiting, return_exceptions=True)
    kinds = [type(answer) for answer in answers]
    assert kinds == [LogUnavailable, LogUnavailable, asyncio.CancelledError, LogUnavailable]
    assert await positions(connection) == []


async def test_every_stream_of_a_busy_log_is_contiguous(
    fresh_database: str, connection: Connection
) -> None:
    streams = [uuid4() for _ in range(10)]

    async def grow(stream: UUID) -> None:
        version = 0
        for _ in range(30):
            try:
                await writer.append(append(stream, after=version))
                version += 1
            except ConcurrencyConflict as conflict:
                version = conflict.found

    async with GroupCommit(fresh_database) as writer:
        await asyncio.gather(*(grow(stream) for stream in streams for _ in range(3)))
    rows = await connection.fetch(
        "SELECT count(*), max(version), count(DISTINCT version) FROM events GROUP BY stream_id"
    )
    assert len(rows) == len(streams)
    assert all(row[0] == row[1] == row[2] for row in rows)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET type = 'edited'",
        "DELETE FROM events WHERE position = 1",
        "TRUNCATE events",
    ],
)
async def test_the_log_refuses_to_be_changed(
    fresh_database: str, connection: Connection, change: str
) -> None:
    async with GroupCommit(fresh_database) as writer:
        await writer.append(append(uuid4()))
    with pytest.raises(RestrictViolationError, match="append-only"):
        await connection.execute(change)
    assert await connection.fetchval("SELECT type FROM events") != "edited"
