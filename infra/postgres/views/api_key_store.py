"""API keys as a table."""

# ruff: noqa: S608  # the names in these statements are our own

from collections.abc import Sequence
from typing import Final, assert_never

import asyncpg

from domain.values import GlobalPosition
from infra.postgres.views.schema_view import SchemaView
from projections.api_keys import KeyChange, KeyIssued, KeyRevoked, KeysRevoked

SCHEMA: Final = "api_keys_v1"


class PostgresApiKeyStore(SchemaView):
    """The view ``api-keys-v1``."""

    tables = ("keys",)

    def __init__(self, pool: asyncpg.Pool, schema: str = SCHEMA) -> None:
        super().__init__(pool, schema)

    async def write(
        self, changes: Sequence[KeyChange], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the changes in order and move the checkpoint; returns the checkpoint."""
        if not changes:
            return await self.skip(after, upto)
        async with self.moving(after, upto) as connection:
            if connection is not None:
                for change in changes:
                    await self._apply(connection, change)
        return upto if connection is not None else await self.checkpoint()

    async def _apply(self, connection: asyncpg.Connection, change: KeyChange) -> None:
        keys = f"{self.schema}.keys"
        match change:
            case KeyIssued(key_id=key_id, account_id=account_id):
                await connection.execute(
                    f"INSERT INTO {keys} (key_id, account_id, revoked) VALUES ($1, $2, false)",
                    key_id,
                    account_id,
                )
            case KeyRevoked(key_id=key_id):
                await connection.execute(
                    f"UPDATE {keys} SET revoked = true WHERE key_id = $1", key_id
                )
            case KeysRevoked(account_id=account_id):
                await connection.execute(
                    f"UPDATE {keys} SET revoked = true WHERE account_id = $1", account_id
                )
            case _:
                assert_never(change)
