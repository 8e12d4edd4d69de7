"""Waiting that ends early when there is something better to do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


async def happened(event: asyncio.Event, seconds: float) -> bool:
    """Wait for ``event`` at most that long; whether it is set."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return event.is_set()
    return True


class Pause:
    """Pauses that double from ``first`` to ``longest`` seconds until something works again."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = self._next = first
        self._longest = longest

    async def wait(self, stop: asyncio.Event) -> None:
        """Pause; ``stop`` cuts it short."""
        seconds, self._next = self._next, min(self._next * 2, self._longest)
        await happened(stop, seconds)

    def reset(self) -> None:
        """It works again: the next pause is a short one."""
        self._next = self._first


@asynccontextmanager
async def waking(stop: asyncio.Event, sleeper: asyncio.Event) -> AsyncIterator[None]:
    """Whoever waits for ``sleeper`` is woken by ``stop`` too."""

    async def wake() -> None:
        await stop.wait()
        sleeper.set()

    waker = asyncio.create_task(wake())
    try:
        yield
    finally:
        waker.cancel()
