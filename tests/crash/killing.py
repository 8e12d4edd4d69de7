"""Kills processes at random while clients are busy."""

import asyncio
import random
from collections import Counter
from typing import Final

from tests.crash.load import Load
from tests.crash.stack import Stack

ACKNOWLEDGED_BETWEEN_KILLS: Final = 20
"""A kill counts only under traffic: without it nothing could be lost."""
PAUSE_SECONDS_MAX: Final = 0.3
"""A random wait before each kill, so that they fall everywhere in the work."""
KILL_SECONDS_MAX: Final = 90.0
"""If no client is served for this long after a kill, the stack did not recover."""


async def kill_at_random(
    stack: Stack, load: Load, kills: int, seed: int, only: str | None = None
) -> Counter[str]:
    """Kill ``kills`` processes, one after another, each after at least twenty acknowledged
    requests; returns how often each died. ``only`` names the one to kill, where it is known
    which. Raises TimeoutError when the stack stays down."""
    chance = random.Random(seed)
    killed: Counter[str] = Counter()
    while killed.total() < kills:
        async with asyncio.timeout(KILL_SECONDS_MAX):
            await load.beyond(load.acknowledged + ACKNOWLEDGED_BETWEEN_KILLS)
        await asyncio.sleep(chance.uniform(0, PAUSE_SECONDS_MAX))
        name = only or chance.choice(sorted(stack.victims()))
        if stack.kill(name):
            killed[name] += 1
    return killed
