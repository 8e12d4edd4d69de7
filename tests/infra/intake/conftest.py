"""An inbox and a log on a database of their own."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from infra.postgres.inbox import PostgresInbox
from infra.postgres.pool import create_pool


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[asyncpg.Pool]:
    """A few connections to the test's own database."""
    async with await create_pool(fresh_database, application_name="test") as pool:
        yield pool


@pytest.fixture
def inbox(pool: asyncpg.Pool) -> PostgresInbox:
    """Where raw transactions go in."""
    return PostgresInbox(pool)
