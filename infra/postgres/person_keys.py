"""Persons' keys in Postgres, wrapped by the master key."""

import os
from uuid import UUID

import asyncpg

from infra.security.master_key import KEY_BYTES, MasterKey
from infra.security.sealing import Erased


class PostgresPersonKeys:
    """A PersonKeys; every read goes to the table, so a destroyed key is gone at once."""

    def __init__(self, pool: asyncpg.Pool, master: MasterKey) -> None:
        self._pool = pool
        self._master = master

    async def ensure(self, person: UUID) -> bytes:
        """The person's key, made when there is none; durable when it returns."""
        await self._pool.execute(
            "INSERT INTO person_keys (person, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            person,
            self._master.wrap(os.urandom(KEY_BYTES), person),
        )
        return await self.find(person)

    async def find(self, person: UUID) -> bytes:
        """The person's key; raises Erased when there is none, or none any more."""
        wrapped = await self._pool.fetchval(
            "SELECT wrapped FROM person_keys WHERE person = $1", person
        )
        if wrapped is None:
            raise Erased(f"person {person} has no key")
        return self._master.unwrap(wrapped, person)

    async def destroy(self, person: UUID) -> None:
        """Erase the person; repeating changes nothing."""
        await self._pool.execute(
            "UPDATE person_keys SET wrapped = NULL, destroyed_at = clock_timestamp() "
            "WHERE person = $1 AND destroyed_at IS NULL",
            person,
        )
