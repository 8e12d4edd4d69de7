"""An outage is told apart from a mistake: the one is waited out, the other parked."""

from uuid import uuid4

import asyncpg
import pytest

from domain.values import GlobalPosition
from infra.postgres.views.api_key_store import PostgresApiKeyStore
from projections.api_keys import KeyIssued
from projections.ports import StoreUnavailable

START, AT_5 = GlobalPosition(0), GlobalPosition(5)


async def test_a_cut_connection_is_an_outage_and_the_next_try_works(pool: asyncpg.Pool) -> None:
    store = PostgresApiKeyStore(pool)
    await store.checkpoint()
    async with pool.acquire() as connection:
        cutting = "SELECT pg_terminate_backend(pg_backend_pid())"
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(cutting)
    await pool.expire_connections()
    assert await store.write([KeyIssued("one", uuid4())], after=START, upto=AT_5) == AT_5


async def test_a_lock_that_is_held_too_long_is_an_outage(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as other, other.transaction():
        await other.execute("LOCK TABLE api_keys_v1.checkpoint")
        async with pool.acquire() as connection:
            await connection.execute("SET lock_timeout = 1")
            store = PostgresApiKeyStore(_Only(connection))
            with pytest.raises(StoreUnavailable, match="LockNotAvailable"):
                await store.write([], after=START, upto=AT_5)


async def test_a_value_that_fits_no_column_is_a_mistake(pool: asyncpg.Pool) -> None:
    changes = [KeyIssued("nul \0 byte", uuid4())]
    with pytest.raises(asyncpg.PostgresError):
        await PostgresApiKeyStore(pool).write(changes, after=START, upto=AT_5)
    with pytest.raises(asyncpg.exceptions.DataError):
        await PostgresApiKeyStore(pool).write([], after=START, upto=GlobalPosition(2**70))


class _Only:
    """A pool of one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.fetchval = connection.fetchval
