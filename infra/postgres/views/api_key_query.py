"""Answers whose an API key is."""

# ruff: noqa: S608  # the names in these statements are our own

import asyncpg

from infra.postgres.views.api_key_store import SCHEMA
from projections.views import KeyHolder


class PostgresApiKeyQuery:
    """Reads the view ``api-keys-v1``."""

    def __init__(self, pool: asyncpg.Pool, schema: str = SCHEMA) -> None:
        self._pool = pool
        self._table = f"{schema}.keys"

    async def holder(self, key_id: str) -> KeyHolder | None:
        """The account behind a key id, or None when no such key was issued."""
        row = await self._pool.fetchrow(
            f"SELECT key_id, account_id, revoked FROM {self._table} WHERE key_id = $1", key_id
        )
        return None if row is None else KeyHolder(row["key_id"], row["account_id"], row["revoked"])
