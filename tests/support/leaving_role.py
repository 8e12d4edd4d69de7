"""A role that ends by itself, which no role should."""

import asyncio
from collections.abc import Callable

from infra.settings import Settings


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Be ready and leave."""
    ready()
