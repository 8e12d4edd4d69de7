"""A client of the shared server and a prefix of the test's own."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from infra.redis.connection import redis_client


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the shared server."""
    client = redis_client(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def prefix(client: Redis) -> AsyncIterator[str]:
    """What the test's keys begin with; they are deleted afterwards."""
    prefix = f"test-{uuid4().hex}:"
    yield prefix
    if names := [name async for name in client.scan_iter(match=f"{prefix}*")]:
        await client.unlink(*names)
