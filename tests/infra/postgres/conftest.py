"""The real log on a database of its own, and its contract's two implementations."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool
from tests.support.memory_log import MemoryLog


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[asyncpg.Pool]:
    """A few connections to the test's own database."""
    async with await create_pool(fresh_database, application_name="test") as pool:
        yield pool


@pytest.fixture
async def connection(fresh_database: str) -> AsyncIterator[asyncpg.Connection]:
    """One connection to the test's own database."""
    connection = await asyncpg.connect(fresh_database)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def postgres_log(fresh_database: str, pool: asyncpg.Pool) -> AsyncIterator[PostgresLog]:
    """The log as a process opens it."""
    async with PostgresLog.open(pool, fresh_database) as log:
        yield log


@pytest.fixture
def memory_log() -> MemoryLog:
    """The log of the unit tests."""
    return MemoryLog()


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.servers)])
def log(request: pytest.FixtureRequest) -> MemoryLog | PostgresLog:
    """Each implementation of the log in turn."""
    found: MemoryLog | PostgresLog = request.getfixturevalue(f"{request.param}_log")
    return found
