"""``cipherx verify`` says what is wrong with a log, and finds nothing wrong with a sound one."""

from collections.abc import Mapping
from uuid import uuid4

import asyncpg
import pytest

from infra.cli.rebuild import rebuilt, view_name
from infra.cli.verify import verdict_on
from infra.postgres.log import PostgresLog
from infra.projecting.log_checks import check_log
from infra.projecting.views import VIEWS
from infra.settings import Settings, read_settings
from tests.infra.postgres.appending import EMPTY, events, metadata

POSITIONS = "positions are gapless up to the head"
STREAMS = "every stream's versions are contiguous from 1"
TIMES = "record times never go back"
TYPES = "every event type is known"


@pytest.fixture
async def pool(pool: asyncpg.Pool, postgres_log: PostgresLog) -> asyncpg.Pool:
    """A log of three streams, on which changes are allowed for once."""
    for count in (3, 1, 2):
        stream = uuid4()
        await postgres_log.append(stream, EMPTY, events(stream, count), metadata())
    await pool.execute("ALTER TABLE events DISABLE TRIGGER ALL")
    return pool


@pytest.fixture
def settings(fresh_database: str, redis_url: str) -> Settings:
    """As a command beside a running instance has them."""
    return read_settings({"DATABASE_URL": fresh_database, "REDIS_URL": redis_url})


async def checks(pool: asyncpg.Pool) -> Mapping[str, bool]:
    return {one.name: one.holds for one in await check_log(pool)}


async def test_a_sound_log_passes(pool: asyncpg.Pool) -> None:
    assert await checks(pool) == dict.fromkeys((POSITIONS, STREAMS, TIMES, TYPES), True)


async def test_an_empty_log_is_sound(fresh_database: str) -> None:
    async with asyncpg.create_pool(fresh_database, min_size=1) as pool:
        assert all((await checks(pool)).values())


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("DELETE FROM events WHERE position = 2", {POSITIONS, STREAMS}),
        ("DELETE FROM events WHERE position = 6", {POSITIONS}),
        ("UPDATE log_head SET position = 7", {POSITIONS}),
        ("UPDATE events SET version = 4 WHERE position = 3", {STREAMS}),
        ("UPDATE events SET recorded_at = '2001-01-01' WHERE position = 4", {TIMES}),
        ("UPDATE events SET type = 'moon.landed.v1' WHERE position = 4", {TYPES}),
    ],
)
async def test_what_was_tampered_with_is_named(
    pool: asyncpg.Pool, tampering: str, broken: set[str]
) -> None:
    await pool.execute(tampering)
    assert {name for name, holds in (await checks(pool)).items() if not holds} == broken


async def test_a_verdict_covers_the_log_and_every_view(settings: Settings) -> None:
    verdict = await verdict_on(settings)
    assert [view.view for view in verdict.views] == list(VIEWS)
    assert all(one.holds for one in verdict.log)


async def test_a_rebuild_brings_a_view_to_the_head(pool: asyncpg.Pool, settings: Settings) -> None:
    report = await rebuilt(settings, "api-keys-v1")
    assert (report.checkpoint, report.equal) == (0, True)
    assert await pool.fetchval("SELECT position FROM api_keys_v1.checkpoint") == 6


async def test_a_view_of_another_log_is_told_and_replaced(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await pool.execute("UPDATE api_keys_v1.checkpoint SET position = 99")
    (wrong,) = [one for one in (await verdict_on(settings)).views if one.view == "api-keys-v1"]
    assert not wrong.equal
    assert "another log" in wrong.differences[0]
    await rebuilt(settings, "api-keys-v1")
    assert await pool.fetchval("SELECT position FROM api_keys_v1.checkpoint") == 6


@pytest.mark.parametrize(
    ("text", "name"),
    [("trades-v1", "trades-v1"), ("trades", "trades-v1"), ("trade", None), ("", None)],
)
def test_a_view_is_named_with_or_without_its_version(text: str, name: str | None) -> None:
    assert view_name(text) == name
