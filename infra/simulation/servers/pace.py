"""When blocks are made: in step with the clock, or when asked."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from infra.simulation.servers.production import Production, Step
from infra.simulation.servers.settings import SLOT_MS

BEHIND_SECONDS_MAX: Final = 2.0
"""A process that was held up longer than this goes on from now and does not catch up."""
Listener = Callable[[Step], None]


class Pace:
    """Makes blocks and tells the servers about each."""

    def __init__(self, production: Production, speed: int) -> None:
        self._production = production
        self._listeners: list[Listener] = []
        self._speed = speed
        self._changed = asyncio.Event()
        self.slot = 0

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after every block."""
        self._listeners.append(listener)

    def set_speed(self, speed: int) -> None:
        """Multiply real time by ``speed``; 0 stops."""
        self._speed = speed
        self._changed.set()

    async def produce(self, count: int) -> int:
        """Make blocks now; returns the newest slot. The servers breathe between blocks."""
        for _ in range(count):
            self.step()
            await asyncio.sleep(0)
        return self.slot

    def step(self) -> None:
        """Make one block and tell everybody."""
        step = self._production.step()
        self.slot = step.produced.slot
        for listener in self._listeners:
            listener(step)

    async def run(self) -> None:
        """Keep step with the clock for ever; cancel to stop."""
        due = time.monotonic()
        while True:
            if self._speed == 0:
                self._changed.clear()
                await self._changed.wait()
                due = time.monotonic()
                continue
            due += SLOT_MS / 1_000 / self._speed
            now = time.monotonic()
            if now - due > BEHIND_SECONDS_MAX:
                due = now
            await asyncio.sleep(max(due - now, 0))
            self.step()
