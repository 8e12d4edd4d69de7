"""Persons' keys in Postgres: one each, wrapped, and gone when destroyed."""

import os
from uuid import uuid4

import asyncpg
import pytest

from infra.postgres.person_keys import PostgresPersonKeys
from infra.postgres.pool import create_pool
from infra.security.master_key import MasterKey
from infra.security.sealing import Erased

pytestmark = pytest.mark.servers


async def test_a_person_has_one_key_until_it_is_destroyed(fresh_database: str) -> None:
    pool = await create_pool(fresh_database, application_name="test")
    try:
        keys = PostgresPersonKeys(pool, MasterKey(os.urandom(32)))
        alice, bob = uuid4(), uuid4()
        key = await keys.ensure(alice)
        assert await keys.ensure(alice) == await keys.find(alice) == key
        assert await keys.ensure(bob) != key
        assert key not in await _stored(pool)
        await keys.destroy(alice)
        await keys.destroy(alice)
        for again in (keys.find, keys.ensure):
            with pytest.raises(Erased):
                await again(alice)
        with pytest.raises(Erased):
            await keys.find(uuid4())
    finally:
        await pool.close()


async def _stored(pool: asyncpg.Pool) -> bytes:
    rows = await pool.fetch("SELECT wrapped FROM person_keys")
    return b"".join(row["wrapped"] for row in rows)
