"""The whole stack as ``cipherx up`` starts it, and whether it has caught up."""

import asyncio
import time
from typing import Final

import aiohttp
import asyncpg

from infra.instance import Instance

POLL_SECONDS: Final = 0.02
READY_SECONDS_MAX: Final = 60.0
SETTLE_SECONDS_MAX: Final = 300.0


async def until_ready(instance: Instance) -> None:
    """Wait until the API says that everything it depends on answers."""
    async with asyncio.timeout(READY_SECONDS_MAX), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(instance.health) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(POLL_SECONDS)


async def until_settled(instance: Instance, received: int) -> float:
    """Wait until so many inbox rows are decoded and every consumer is past all their events;
    returns when that was (``time.perf_counter``)."""
    connection = await asyncpg.connect(instance.database_url)
    try:
        async with asyncio.timeout(SETTLE_SECONDS_MAX), aiohttp.ClientSession() as session:
            while True:
                decoded, head = await connection.fetchrow(
                    "SELECT c.position, h.position FROM inbox_checkpoint c, log_head h"
                )
                if decoded >= received and await _all_past(session, instance, head):
                    return time.perf_counter()
                await asyncio.sleep(POLL_SECONDS)
    finally:
        await connection.close()


async def _all_past(session: aiohttp.ClientSession, instance: Instance, head: int) -> bool:
    async with session.get(instance.health) as answer:
        consumers = (await answer.json())["consumers"]
    return all((consumer["position"] or 0) >= head for consumer in consumers)
