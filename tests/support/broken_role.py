"""A role that fails before it is ready."""

import asyncio
from collections.abc import Callable

from infra.settings import Settings


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Fail."""
    raise RuntimeError("out of luck")
