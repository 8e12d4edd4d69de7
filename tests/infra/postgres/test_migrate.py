"""Bringing a database to this program's schema."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from infra.postgres.migrate import Migration, SchemaError, migrate, migrations

pytestmark = pytest.mark.servers
OURS = [migration.name for migration in migrations()]


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[str]:
    """The URL of a database nobody has migrated."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(database_url)
    await connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    finally:
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await connection.close()


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in rows}
    finally:
        await connection.close()


async def execute(url: str, statement: str, *arguments: object) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement, *arguments)
    finally:
        await connection.close()


async def test_an_empty_database_gets_everything_in_order(empty_database: str) -> None:
    assert await migrate(empty_database) == OURS
    assert {"events", "log_head", "inbox", "quarantine"} <= await tables(empty_database)


async def test_a_second_time_changes_nothing(empty_database: str) -> None:
    await migrate(empty_database)
    assert await migrate(empty_database) == []


async def test_four_programs_at_once_apply_each_file_once(empty_database: str) -> None:
    applied = await asyncio.gather(*(migrate(empty_database) for _ in range(4)))
    assert sorted(applied, key=len) == [[], [], [], OURS]


async def test_an_edited_file_is_refused(empty_database: str) -> None:
    await migrate(empty_database)
    await execute(
        empty_database, "UPDATE schema_migrations SET checksum = 'other' WHERE number = 1"
    )
    with pytest.raises(SchemaError, match="0001_log was edited"):
        await migrate(empty_database)


async def test_a_database_of_a_newer_program_is_refused(empty_database: str) -> None:
    await migrate(empty_database)
    await execute(
        empty_database,
        "INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, '9999_new', 'x')",
    )
    with pytest.raises(SchemaError, match=r"9999_new.*newer version"):
        await migrate(empty_database)


async def test_a_refused_database_is_left_as_it_was(empty_database: str) -> None:
    await migrate(empty_database)
    last = OURS[-1]
    await execute(empty_database, "DELETE FROM schema_migrations WHERE name = $1", last)
    await execute(empty_database, "DROP SCHEMA IF EXISTS trades_v1 CASCADE")
    await execute(
        empty_database,
        "INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, '9999_new', 'x')",
    )
    before = await tables(empty_database)
    with pytest.raises(SchemaError):
        await migrate(empty_database)
    assert await tables(empty_database) == before


async def test_a_file_that_fails_leaves_nothing_of_itself(empty_database: str) -> None:
    await execute(empty_database, "CREATE TABLE quarantine (taken text)")
    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(empty_database)
    assert await tables(empty_database) == {"events", "log_head", "quarantine", "schema_migrations"}
    await execute(empty_database, "DROP TABLE quarantine")
    assert await migrate(empty_database) == OURS[1:]


def test_every_file_has_a_number_of_its_own() -> None:
    """Of two with one number only the second would be applied, and nobody told."""
    numbers = [migration.number for migration in migrations()]
    assert numbers == sorted(set(numbers))


def test_any_edit_changes_the_checksum() -> None:
    before, after = Migration(1, "0001_x", "SELECT 1"), Migration(1, "0001_x", "SELECT 1 ")
    assert before.checksum != after.checksum
