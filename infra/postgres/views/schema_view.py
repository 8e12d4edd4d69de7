"""A view as a schema of its own: tables, and the checkpoint they belong to.

A build aside has the same tables under another schema name, and takes over by being renamed.
"""

# ruff: noqa: S608  # the names in these statements are our own

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import asyncpg

from domain.values import GlobalPosition
from infra.postgres.views.outages import outages

CHECKPOINT: Final = "checkpoint"


class SchemaView:
    """The tables ``tables`` of one schema, beside its checkpoint."""

    tables: tuple[str, ...]

    def __init__(self, pool: asyncpg.Pool, schema: str) -> None:
        self._pool = pool
        self._live = schema.removesuffix("_aside")
        self.schema: Final = schema

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied."""
        with outages():
            return GlobalPosition(
                await self._pool.fetchval(f"SELECT position FROM {self.schema}.{CHECKPOINT}")
            )

    @property
    def move(self) -> str:
        """A statement that moves the checkpoint from $1 to $2, for use WITH another: it finds
        one row, or none when the checkpoint is elsewhere.

        The commit does not wait for the disk: what a crash forgets, checkpoint included, is
        applied again from the log.
        """
        return (
            "quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)), "
            f"moved AS (UPDATE {self.schema}.{CHECKPOINT} SET position = $2 FROM quick "
            "WHERE position = $1 RETURNING position)"
        )

    @asynccontextmanager
    async def moving(
        self, after: GlobalPosition, upto: GlobalPosition
    ) -> AsyncIterator[asyncpg.Connection | None]:
        """One transaction that also moves the checkpoint; None when it was not at ``after``."""
        with outages():
            async with self._pool.acquire() as connection, connection.transaction():
                moved = await connection.fetchval(
                    f"WITH {self.move} SELECT position FROM moved", after, upto
                )
                yield None if moved is None else connection

    async def skip(self, after: GlobalPosition, upto: GlobalPosition) -> GlobalPosition:
        """Move the checkpoint alone; returns the checkpoint there is then."""
        with outages():
            moved = await self._pool.fetchval(
                f"WITH {self.move} SELECT position FROM moved", after, upto
            )
        return await self.checkpoint() if moved is None else upto

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        names = ", ".join(f"{self.schema}.{table}" for table in self.tables)
        with outages():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(f"UPDATE {self.schema}.{CHECKPOINT} SET position = 0")
                await connection.execute(f"TRUNCATE {names}")

    async def aside(self) -> Self:
        """The same tables, empty, under a name nobody reads; a forgotten one is dropped."""
        other = type(self)(self._pool, f"{self._live}_aside")
        with outages():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(f"DROP SCHEMA IF EXISTS {other.schema} CASCADE")
                await connection.execute(f"CREATE SCHEMA {other.schema}")
                for table in (CHECKPOINT, *self.tables):
                    await connection.execute(
                        f"CREATE TABLE {other.schema}.{table} "
                        f"(LIKE {self._live}.{table} INCLUDING ALL)"
                    )
                await connection.execute(
                    f"INSERT INTO {other.schema}.{CHECKPOINT} (position) VALUES (0)"
                )
        return other

    async def take_over(self) -> None:
        """Rename this build to the live one's name, and drop what was live."""
        with outages():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(f"ALTER SCHEMA {self._live} RENAME TO {self._live}_old")
                await connection.execute(f"ALTER SCHEMA {self.schema} RENAME TO {self._live}")
                await connection.execute(f"DROP SCHEMA {self._live}_old CASCADE")

    async def discard(self) -> None:
        """Drop this build, which is not the live one."""
        assert self.schema != self._live, f"{self.schema} is live"
        with outages():
            await self._pool.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
