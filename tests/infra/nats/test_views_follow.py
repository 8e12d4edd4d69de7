"""Views follow the log whatever NATS, Redis or another process does to them."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from uuid import uuid4

import asyncpg
import pytest
from nats.aio.client import Client
from redis.asyncio import Redis

from domain.aggregate import DomainEvent
from domain.recorded import Metadata
from domain.values import GlobalPosition, StreamVersion
from infra.embedded import EmbeddedServers
from infra.nats.event_stream import STREAM
from infra.postgres.log import PostgresLog
from infra.postgres.parking import PostgresParking
from infra.projecting.read_models import ReadModels, read_models
from infra.projecting.replays import check, rebuild
from infra.projecting.views import VIEWS, all_views
from infra.redis.connection import redis_client
from infra.roles.project import project
from infra.roles.relay import relay
from projections.ports import StoreUnavailable
from tests.infra.nats.waiting import Role, eventually, running
from tests.projections.chronicle import ALICE, at, held, sol, trade, transaction, units
from tests.support.given import collected

pytestmark = pytest.mark.servers

NOWHERE = "nats://127.0.0.1:1"


class Stack:
    """A log with its views, and what to do to them."""

    def __init__(self, log: PostgresLog, pool: asyncpg.Pool, redis: Redis) -> None:
        self.log = log
        self.pool = pool
        self.redis = redis
        self.models: ReadModels = read_models(pool, redis)
        self._slot = 0

    async def trade(self, count: int) -> None:
        """Record transactions of ALICE's with a trade each."""
        for _ in range(count):
            self._slot += 1
            place = at(self._slot)
            moved = transaction(place, held(self._slot - 1, self._slot))
            for aggregate in (moved, trade(place, sol(self._slot), units(1))):
                await self.append(collected(aggregate)[0])

    async def append(self, event: DomainEvent) -> None:
        """Record the first event of a stream."""
        why = Metadata(uuid4(), uuid4(), uuid4(), "test")
        await self.log.append(event.originator_id, StreamVersion(0), [event], why)

    async def has_all(self) -> bool:
        """Whether every view is at the head."""
        head = await self.log.head()
        try:
            positions = await self.models.checkpoints.positions()
        except StoreUnavailable:
            return False
        return set(positions) == set(VIEWS) and set(positions.values()) == {head}

    async def shows(self, count: int) -> None:
        """Every view has all, and what readers see is that many of ALICE's trades."""
        await eventually(self.has_all)
        profile = await self.models.wallets.profile(ALICE)
        assert profile is not None
        assert profile.trade_count == profile.transaction_count == count
        assert await self.models.trades.count(wallet=ALICE) == count
        (holding,) = await self.models.wallets.holdings(ALICE)
        assert holding.amount == count


@pytest.fixture
async def stack(log: PostgresLog, pool: asyncpg.Pool, own_redis_url: str) -> AsyncIterator[Stack]:
    """A log and empty views."""
    client = redis_client(own_redis_url)
    yield Stack(log, pool, client)
    await client.aclose()


@pytest.fixture
def relaying(fresh_database: str, own_nats_url: str) -> Role:
    """The relay."""
    return partial(relay, fresh_database, own_nats_url)


@pytest.fixture
def projecting(fresh_database: str, own_nats_url: str, own_redis_url: str) -> Role:
    """The projections."""
    return partial(project, fresh_database, own_nats_url, own_redis_url)


async def test_views_follow_through_nats(stack: Stack, relaying: Role, projecting: Role) -> None:
    await stack.trade(3)
    async with running(relaying), running(projecting):
        await stack.shows(3)
        await stack.trade(5)
        await stack.shows(8)


async def test_views_follow_without_nats(
    stack: Stack, fresh_database: str, own_redis_url: str
) -> None:
    async with running(partial(project, fresh_database, NOWHERE, own_redis_url)):
        await stack.trade(5)
        await stack.shows(5)


async def test_a_reader_of_its_own_write_can_wait_for_it(
    stack: Stack, relaying: Role, projecting: Role
) -> None:
    async with running(relaying), running(projecting):
        await stack.trade(1)
        head = await stack.log.head()
        checkpoints = stack.models.checkpoints
        assert await checkpoints.wait_for("wallet-activity-v1", head, 20.0)
        assert not await checkpoints.wait_for("trades-v1", GlobalPosition(head + 1), 0.01)


async def test_a_stream_deleted_in_the_middle_leaves_no_gap(
    stack: Stack, relaying: Role, projecting: Role, client: Client
) -> None:
    async with running(projecting):
        async with running(relaying):
            await stack.trade(5)
            await stack.shows(5)
        await client.jetstream().delete_stream(STREAM)
        await stack.trade(5)
        async with running(relaying):
            await stack.trade(5)
            await stack.shows(15)


async def test_a_flushed_redis_is_filled_again_by_itself(
    stack: Stack, relaying: Role, projecting: Role
) -> None:
    async with running(relaying), running(projecting):
        await stack.trade(5)
        await stack.shows(5)
        await stack.redis.flushall()
        await stack.trade(1)
        await stack.shows(6)
        await stack.redis.flushall()  # and when nothing happens any more
        await stack.shows(6)


async def test_killed_servers_are_waited_for(
    stack: Stack, relaying: Role, projecting: Role, servers: EmbeddedServers
) -> None:
    async with running(relaying), running(projecting):
        await stack.trade(5)
        await stack.shows(5)
        for keeper in servers.keepers.values():
            assert keeper.pid is not None
            os.kill(keeper.pid, signal.SIGKILL)
        await stack.trade(5)
        await stack.shows(10)
        assert not await PostgresParking(stack.pool).parked()


async def test_two_processes_share_the_views_and_one_takes_over(
    stack: Stack, projecting: Role, pool: asyncpg.Pool
) -> None:
    async with AsyncExitStack() as first, running(projecting):
        await first.enter_async_context(running(projecting))
        await stack.trade(3)
        await stack.shows(3)
        await pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        await stack.trade(3)
        await stack.shows(6)
        await first.aclose()
        await stack.trade(3)
        await stack.shows(9)


async def test_poison_is_parked_and_the_rest_is_shown(stack: Stack, projecting: Role) -> None:
    async with running(projecting):
        await stack.trade(2)
        await _insert_poison(stack.pool)
        await stack.trade(2)
        await stack.shows(4)
        parked = await PostgresParking(stack.pool).parked()
    wanted = {"last-price-v1", "trades-v1", "wallet-activity-v1"}
    assert {(one.projection, one.position) for one in parked} == {(name, 5) for name in wanted}


async def test_a_rebuilt_view_equals_the_live_one_and_parks_again(
    stack: Stack, projecting: Role
) -> None:
    async with running(projecting):
        await stack.trade(2)
        await _insert_poison(stack.pool)
        await stack.trade(2)
        await stack.shows(4)
        for view in all_views(stack.pool, stack.redis).values():
            report = await rebuild(stack.pool, view, lambda reached, aim: None)
            assert (report.equal, report.checkpoint, report.differences) == (True, 9, [])
        await stack.trade(1)
        await stack.shows(5)
    assert len(await PostgresParking(stack.pool).parked()) == 3


@pytest.mark.parametrize("name", ["wallet-activity-v1", "trades-v1"])
async def test_a_view_that_is_not_what_the_log_says_is_found_and_repaired(
    stack: Stack, projecting: Role, name: str
) -> None:
    async with running(projecting):
        await stack.trade(3)
        await stack.shows(3)
    await stack.pool.execute("UPDATE trades_v1.trades SET finality = 'finalized' WHERE slot = 2")
    await stack.redis.hset("cipherx:{wallet-activity-v1}:0:" + ALICE, "intruder", "value")
    view = all_views(stack.pool, stack.redis)[name]
    found = await check(stack.pool, view, lambda reached, aim: None)
    assert not found.equal
    assert found.differences
    await rebuild(stack.pool, view, lambda reached, aim: None)
    assert (await check(stack.pool, view, lambda reached, aim: None)).equal


async def _insert_poison(pool: asyncpg.Pool) -> None:
    """A trade whose bytes are not one."""
    async with pool.acquire() as connection, connection.transaction():
        position = await connection.fetchval(
            "UPDATE log_head SET position = position + 1 RETURNING position"
        )
        await connection.execute(
            "INSERT INTO events VALUES ($1, $2, 1, 'trade.recorded.v1', '\\xc1', '', now())",
            position,
            uuid4(),
        )
