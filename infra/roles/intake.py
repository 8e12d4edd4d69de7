"""The role that turns received transactions into events."""

import asyncio
from collections.abc import Callable
from typing import Final

import asyncpg
import structlog

from infra.intake.decoding import CheckpointMoved, Decoding
from infra.postgres.leadership import lead
from infra.roles.needs import needed
from infra.settings import Settings

INTAKE_LOCK: Final = 0x6369_7068_6572_7802
logger = structlog.get_logger(__name__)


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Decode until ``stop`` is set; a second process stands by for the first."""

    async def decode(connection: asyncpg.Connection) -> None:
        try:
            await Decoding(connection).run(stop)
        except CheckpointMoved:
            logger.warning("another decoder moved the checkpoint; starting over from it")

    ready()
    await lead(needed(settings.database_url, "DATABASE_URL"), "intake", INTAKE_LOCK, decode, stop)
