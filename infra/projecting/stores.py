"""The stores of a command that works on views."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from msgspec import Struct
from redis.asyncio import Redis

from infra.postgres.pool import create_pool
from infra.redis.connection import redis_client
from infra.roles.needs import needed
from infra.settings import Settings


class Stores(Struct, frozen=True):
    """Postgres and Redis, open."""

    pool: asyncpg.Pool
    client: Redis


@asynccontextmanager
async def opened(settings: Settings, name: str) -> AsyncIterator[Stores]:
    """The stores for the length of the block; raises NotConfigured without their URLs."""
    database_url = needed(settings.database_url, "DATABASE_URL")
    client = redis_client(needed(settings.redis_url, "REDIS_URL"))
    try:
        async with await create_pool(database_url, application_name=name) as pool:
            yield Stores(pool, client)
    finally:
        await client.aclose()
