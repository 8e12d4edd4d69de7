"""Each port's implementations: in memory for the unit tests, and real."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis

from infra.postgres.pool import create_pool
from infra.postgres.views.api_key_query import PostgresApiKeyQuery
from infra.postgres.views.api_key_store import PostgresApiKeyStore
from infra.postgres.views.trade_query import PostgresTradeQuery
from infra.postgres.views.trade_store import PostgresTradeStore
from infra.redis.connection import redis_client
from infra.redis.keyed_store import RedisKeyedStore
from projections.api_keys import ApiKeyStore
from projections.ports import KeyedStore
from projections.queries import ApiKeyQuery, TradeQuery
from projections.trades import TradeStore
from tests.projections.memory_stores import MemoryApiKeyStore, MemoryKeyedStore, MemoryTradeStore

BOTH = ["memory", pytest.param("real", marks=pytest.mark.servers)]


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the shared server."""
    client = redis_client(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections to a database of this test's own."""
    async with await create_pool(fresh_database, application_name="test") as pool:
        yield pool


@pytest.fixture
async def redis_store(client: Redis) -> AsyncIterator[RedisKeyedStore]:
    """A view under a prefix of its own, whose name needs escaping in patterns."""
    prefix = f"test-{uuid4().hex}*:"
    yield RedisKeyedStore(client, "view-v1", prefix=prefix)
    names = [name async for name in client.scan_iter(match=prefix.replace("*", r"\*") + "*")]
    if names:
        await client.unlink(*names)


@pytest.fixture(params=BOTH)
def keyed_store(request: pytest.FixtureRequest) -> KeyedStore:
    """A keyed view."""
    if request.param == "memory":
        return MemoryKeyedStore()
    real: KeyedStore = request.getfixturevalue("redis_store")
    return real


@pytest.fixture(params=BOTH)
def trades(request: pytest.FixtureRequest) -> tuple[TradeStore, TradeQuery]:
    """The history of trades, to fill and to ask."""
    if request.param == "memory":
        store = MemoryTradeStore()
        return store, store
    pool = request.getfixturevalue("pool")
    return PostgresTradeStore(pool), PostgresTradeQuery(pool)


@pytest.fixture(params=BOTH)
def api_keys(request: pytest.FixtureRequest) -> tuple[ApiKeyStore, ApiKeyQuery]:
    """API keys, to fill and to ask."""
    if request.param == "memory":
        store = MemoryApiKeyStore()
        return store, store
    pool = request.getfixturevalue("pool")
    return PostgresApiKeyStore(pool), PostgresApiKeyQuery(pool)
