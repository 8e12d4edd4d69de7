"""Waiting for what must come about."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

WAIT_SECONDS_MAX: Final = 30.0
"""On a busy machine; usually it is milliseconds."""


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; fails when it does not come about."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not await holds():
            await asyncio.sleep(0.01)


Role = Callable[[asyncio.Event, Callable[[], None]], Awaitable[None]]


@asynccontextmanager
async def running(role: Role) -> AsyncIterator[asyncio.Task[None]]:
    """A role at work for the length of the block, told to stop at its end."""
    stop, ready = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await role(stop, ready.set)

    task = asyncio.create_task(work())
    started = asyncio.create_task(ready.wait())
    await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
    started.cancel()
    try:
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await task
