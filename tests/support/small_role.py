"""A role that does nothing but obey, for tests of what runs roles."""

import asyncio
from collections.abc import Callable

import structlog

from infra.settings import Settings

logger = structlog.get_logger("small_role")


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Say that it works, and at the end that it drained."""
    logger.info("working", database=settings.database_url is not None)
    ready()
    await stop.wait()
    logger.info("drained")
