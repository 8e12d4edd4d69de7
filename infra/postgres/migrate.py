"""Brings a database to this program's schema: numbered SQL files, each applied once."""

from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from typing import Final

import asyncpg
from msgspec import Struct

MIGRATION_LOCK: Final = 0x6369_7068_6572_7801
"""Advisory lock key; two programs that start together apply each file once."""

APPLIED_TABLE: Final = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number     integer     PRIMARY KEY,
    name       text        NOT NULL,
    checksum   bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""


class SchemaError(Exception):
    """The database and the program disagree about the schema; nothing was changed."""


class Migration(Struct, frozen=True):
    """One file ``NNNN_name.sql``."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> bytes:
        """SHA-256 of the file's text."""
        return sha256(self.sql.encode()).digest()


def migrations() -> Sequence[Migration]:
    """The program's migrations in order."""
    folder = resources.files("infra.postgres") / "schema"
    return sorted(
        (
            Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text())
            for file in folder.iterdir()
            if file.name.endswith(".sql")
        ),
        key=lambda migration: migration.number,
    )


async def migrate(database_url: str) -> Sequence[str]:
    """Apply what is missing and return its names; safe to call from several programs at once.

    Raises SchemaError when the database was written by a newer program, or when an applied
    file has been edited since.
    """
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        await connection.execute(APPLIED_TABLE)
        applied = await connection.fetch("SELECT number, name, checksum FROM schema_migrations")
        return await _apply(connection, _missing(applied))
    finally:
        await connection.close()


def _missing(applied: Sequence[asyncpg.Record]) -> Sequence[Migration]:
    ours = {migration.number: migration for migration in migrations()}
    for row in applied:
        migration = ours.get(row["number"])
        if migration is None:
            raise SchemaError(
                f"the database has migration {row['name']}, which this program does not know: "
                "it was written by a newer version; upgrade cipherx or use another database"
            )
        if migration.checksum != row["checksum"]:
            raise SchemaError(
                f"migration {migration.name} was edited after it was applied; "
                "restore the file and put the change into a new one"
            )
    done = {row["number"] for row in applied}
    return [migration for number, migration in ours.items() if number not in done]


async def _apply(connection: asyncpg.Connection, missing: Sequence[Migration]) -> Sequence[str]:
    for migration in missing:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await connection.execute(
                "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",
                migration.number,
                migration.name,
                migration.checksum,
            )
    return [migration.name for migration in missing]
