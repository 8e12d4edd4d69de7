"""A build aside is unseen until it takes over by name, while readers go on."""

from uuid import uuid4

import asyncpg
import pytest

from domain.values import GlobalPosition
from infra.postgres.views.api_key_query import PostgresApiKeyQuery
from infra.postgres.views.api_key_store import PostgresApiKeyStore
from projections.api_keys import KeyIssued

START, AT_5, AT_9 = GlobalPosition(0), GlobalPosition(5), GlobalPosition(9)
OWNER = uuid4()


@pytest.fixture
async def live(pool: asyncpg.Pool) -> PostgresApiKeyStore:
    """The live view with one key."""
    store = PostgresApiKeyStore(pool)
    await store.write([KeyIssued("old", OWNER)], after=START, upto=AT_5)
    return store


async def test_readers_go_over_at_once(pool: asyncpg.Pool, live: PostgresApiKeyStore) -> None:
    query = PostgresApiKeyQuery(pool)
    aside = await live.aside()
    await aside.write([KeyIssued("new", OWNER)], after=START, upto=AT_9)
    assert await query.holder("old") is not None
    assert await query.holder("new") is None
    await aside.take_over()
    assert await query.holder("old") is None
    assert await query.holder("new") is not None
    assert await live.checkpoint() == 9
    assert await live.write([KeyIssued("next", OWNER)], after=AT_9, upto=GlobalPosition(10)) == 10


async def test_a_new_build_has_the_old_ones_indexes(
    pool: asyncpg.Pool, live: PostgresApiKeyStore
) -> None:
    await (await live.aside()).take_over()
    counted = await pool.fetchval(
        "SELECT count(*) FROM pg_indexes WHERE schemaname = 'api_keys_v1'"
    )
    assert counted == 3


async def test_a_forgotten_build_is_replaced_and_a_discarded_one_gone(
    pool: asyncpg.Pool, live: PostgresApiKeyStore
) -> None:
    await (await live.aside()).write([KeyIssued("one", OWNER)], after=START, upto=AT_5)
    again = await live.aside()
    assert await again.checkpoint() == 0
    await again.discard()
    assert not await pool.fetchval("SELECT 1 FROM pg_namespace WHERE nspname = 'api_keys_v1_aside'")
    assert await live.checkpoint() == 5
