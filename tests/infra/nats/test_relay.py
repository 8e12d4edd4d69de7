"""The stream holds the log, in order, whatever happened to it or to the relay."""

import os
import signal
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import asyncpg
import pytest
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from infra.embedded import EmbeddedServers
from infra.nats import relay as relay_module
from infra.nats.envelope import seal, unseal
from infra.nats.event_stream import STREAM
from infra.postgres.log import PostgresLog
from infra.postgres.rows import LogRow
from infra.roles.relay import relay
from tests.infra.nats.waiting import Role, eventually, running
from tests.infra.postgres.appending import EMPTY, events, metadata

pytestmark = pytest.mark.servers


@pytest.fixture
def role(fresh_database: str, own_nats_url: str) -> Role:
    """The relay between this test's log and its stream."""
    return partial(relay, fresh_database, own_nats_url)


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the stream many times a second, so that tests need not wait."""
    monkeypatch.setattr(relay_module, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(relay_module, "POLL_SECONDS", 0.05)


async def append(log: PostgresLog, count: int) -> None:
    stream = uuid4()
    await log.append(stream, EMPTY, events(stream, count), metadata())


async def published(client: Client) -> list[int]:
    """Positions in the stream, in its order, each checked against subject and message id."""
    try:
        state = (await client.jetstream().stream_info(STREAM)).state
    except NotFoundError:
        return []
    if state.messages == 0:
        return []
    found = []
    for sequence in range(state.first_seq, state.last_seq + 1):
        try:
            message = await client.jetstream().get_msg(STREAM, sequence)
        except NotFoundError:  # deleted on its own, or just now
            continue
        row = unseal(message.data or b"")
        assert message.headers == {"Nats-Msg-Id": str(row.position)}
        found.append(row.position)
    return found


async def holds(client: Client, positions: range) -> bool:
    return await published(client) == list(positions)


async def test_the_log_is_published_once_and_in_order(
    role: Role, log: PostgresLog, client: Client
) -> None:
    await append(log, 30)
    async with running(role):
        await append(log, 12)
        await eventually(lambda: holds(client, range(1, 43)))


async def test_a_relay_goes_on_where_the_last_one_stopped(
    role: Role, log: PostgresLog, client: Client
) -> None:
    for count in (5, 3):
        await append(log, count)
        async with running(role):
            pass
    async with running(role):
        await eventually(lambda: holds(client, range(1, 9)))


async def test_a_second_relay_takes_over_when_the_first_loses_its_connection(
    role: Role, log: PostgresLog, client: Client, pool: asyncpg.Pool
) -> None:
    async with running(role), running(role):
        await append(log, 5)
        await eventually(lambda: holds(client, range(1, 6)))
        leader = await pool.fetchval(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        await pool.execute("SELECT pg_terminate_backend($1)", leader)
        await append(log, 5)
        await eventually(lambda: holds(client, range(1, 11)))


async def test_a_deleted_stream_is_filled_again(
    role: Role, log: PostgresLog, client: Client
) -> None:
    await append(log, 20)
    async with running(role):
        await eventually(lambda: holds(client, range(1, 21)))
        await client.jetstream().delete_stream(STREAM)
        await append(log, 5)
        await eventually(lambda: holds(client, range(1, 26)))


async def test_a_purged_stream_is_filled_again_although_the_server_knows_the_ids(
    role: Role, log: PostgresLog, client: Client
) -> None:
    await append(log, 20)
    async with running(role):
        await eventually(lambda: holds(client, range(1, 21)))
        await client.jetstream().purge_stream(STREAM)
        await eventually(lambda: holds(client, range(1, 21)))


async def test_a_lost_tail_is_noticed_at_the_start(
    role: Role, log: PostgresLog, client: Client
) -> None:
    await append(log, 20)
    async with running(role):
        await eventually(lambda: holds(client, range(1, 21)))
    for sequence in range(15, 21):
        await client.jetstream().delete_msg(STREAM, sequence)
    async with running(role):
        await eventually(lambda: holds(client, range(1, 21)))


async def test_only_the_newest_are_filled_in(
    role: Role, log: PostgresLog, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "MESSAGES_MAX", 8)
    await append(log, 20)
    async with running(role):
        await eventually(lambda: holds(client, range(13, 21)))


async def test_another_logs_stream_is_emptied_first(
    role: Role, log: PostgresLog, client: Client
) -> None:
    await client.jetstream().add_stream(name=STREAM, subjects=["events.>"])
    await client.publish(
        "events.trade.recorded", _sealed_elsewhere(), headers={"Nats-Msg-Id": "99"}
    )
    await append(log, 4)
    async with running(role):
        await eventually(lambda: holds(client, range(1, 5)))


async def test_an_event_too_large_for_a_message_stops_no_others(
    role: Role, log: PostgresLog, client: Client, pool: asyncpg.Pool
) -> None:
    await append(log, 2)
    await _insert_large(pool, 2_000_000)
    await append(log, 2)
    async with running(role):
        await eventually(lambda: _is(client, [1, 2, 4, 5]))


async def test_a_killed_server_is_waited_for(
    role: Role, log: PostgresLog, client: Client, servers: EmbeddedServers
) -> None:
    async with running(role):
        await append(log, 10)
        await eventually(lambda: holds(client, range(1, 11)))
        pid = servers.keepers["nats"].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await append(log, 10)
        await eventually(lambda: holds(client, range(1, 21)))


async def _is(client: Client, positions: list[int]) -> bool:
    return await published(client) == positions


def _sealed_elsewhere() -> bytes:
    """An event of a log that is longer than ours."""
    return seal(LogRow(99, uuid4(), 1, "trade.recorded.v1", b"", b"", datetime.now(UTC)))


async def _insert_large(pool: asyncpg.Pool, size: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        position = await connection.fetchval(
            "UPDATE log_head SET position = position + 1 RETURNING position"
        )
        await connection.execute(
            "INSERT INTO events VALUES ($1, $2, 1, 'trade.recorded.v1', $3, '', now())",
            position,
            uuid4(),
            bytes(size),
        )
