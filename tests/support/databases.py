"""Empty databases, migrated once and then copied."""

import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

TEMPLATE: Final = "cipherx_template"
_TEMPLATE_LOCK: Final = 7_265_110
"""Number of the advisory lock under which the first worker makes the template."""


@asynccontextmanager
async def fresh(database_url: str) -> AsyncIterator[str]:
    """The URL of a migrated database without rows, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _TEMPLATE_LOCK)
        try:
            await _ensure_template(connection, database_url)
            # FILE_COPY would write a checkpoint each time.
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", _TEMPLATE_LOCK)
        yield _named(database_url, name)
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


async def _ensure_template(
    connection: "asyncpg.Connection[asyncpg.Record]", database_url: str
) -> None:
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", TEMPLATE):
        return
    draft = f"{TEMPLATE}_draft"
    await connection.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {draft}")
    await _migrate(_named(database_url, draft))
    await connection.execute(f"ALTER DATABASE {draft} RENAME TO {TEMPLATE}")


async def _migrate(database_url: str) -> None:
    if importlib.util.find_spec("infra.postgres.migrate") is None:
        return
    module = importlib.import_module("infra.postgres.migrate")
    await module.migrate(database_url)


def _named(database_url: str, database: str) -> str:
    return urlunsplit(urlsplit(database_url)._replace(path=f"/{database}"))
