"""Servers of a test's own, because a stream is one per server, and a log to fill."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import nats
import pytest
from nats.aio.client import Client

from infra.embedded import EmbeddedServers
from infra.embedded.data_dir import DataDir
from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[EmbeddedServers]:
    """NATS and Valkey for this test alone, started again when it kills them."""
    data_dir = DataDir.open(tmp_path / "servers", print)
    with contextlib.closing(data_dir):
        async with EmbeddedServers.start(data_dir, need={"nats", "redis"}) as started:
            yield started


@pytest.fixture
def own_nats_url(servers: EmbeddedServers) -> str:
    """A NATS server without any stream."""
    assert servers.urls.nats_url is not None
    return servers.urls.nats_url


@pytest.fixture
def own_redis_url(servers: EmbeddedServers) -> str:
    """An empty Valkey."""
    assert servers.urls.redis_url is not None
    return servers.urls.redis_url


@pytest.fixture
async def client(own_nats_url: str) -> AsyncIterator[Client]:
    """A connection to look into streams with."""
    client = await nats.connect(own_nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
    yield client
    await client.close()


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections to a database of this test's own."""
    async with await create_pool(fresh_database, application_name="test") as pool:
        yield pool


@pytest.fixture
async def log(fresh_database: str, pool: asyncpg.Pool) -> AsyncIterator[PostgresLog]:
    """The log, to append to."""
    async with PostgresLog.open(pool, fresh_database) as log:
        yield log
