"""What waits to be sent to one client: bounded, so that a slow one costs only itself."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from api import metrics
from api.stream import protocol

MESSAGES_MAX: Final = 256
BYTES_MAX: Final = 1024 * 1024
"""Half a minute of a busy channel; what is beyond is a gap, which the client may replay."""
GAPS_MAX: Final = 3
"""A client that falls behind more often than that within ``GAPS_SECONDS`` stays slow."""
GAPS_SECONDS: Final = 60.0
GAP_SECONDS_MAX: Final = 10.0


class Outbox:
    """A queue with a memory of what did not fit.

    Once something did not fit, nothing more is taken until all before is sent; then the client
    is told of the gap, and it goes on. So positions never go back within a channel.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting: deque[str] = deque()
        self._characters = 0
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._gap: tuple[int, int, int] | None = None
        self._gap_began = 0.0
        self._gaps = 0
        self.sending_since: float | None = None
        """When the send under way began."""

    def offer(self, position: int, text: str) -> None:
        """A message, which is left out when too much waits already."""
        if self._gap is None and not self._is_full():
            metrics.STREAM_MESSAGES.inc()
            self.say(text)
        else:
            self._miss(position)

    def say(self, text: str) -> None:
        """An answer to the client, which is never left out: those come one for each question."""
        self._waiting.append(text)
        self._characters += len(text)
        self._changed.set()

    async def room(self) -> None:
        """Wait until half of it is free: replays leave the other half to what happens now."""
        while len(self._waiting) * 2 > MESSAGES_MAX or self._characters * 2 > BYTES_MAX:
            self._taken.clear()
            await self._taken.wait()

    async def next(self) -> str:
        """The next text to send, told of the gap when there was one."""
        while True:
            if self._waiting:
                text = self._waiting.popleft()
                self._characters -= len(text)
                self._taken.set()
                return text
            if self._gap is not None:
                first, last, missed = self._gap
                self._gap = None
                return protocol.gap(first, last, missed)
            self._changed.clear()
            await self._changed.wait()

    def stays_slow(self) -> bool:
        """Whether it is better to end the connection."""
        too_long = self._gap is not None and self._clock() - self._gap_began > GAP_SECONDS_MAX
        return too_long or self._gaps > GAPS_MAX

    def _is_full(self) -> bool:
        return len(self._waiting) >= MESSAGES_MAX or self._characters >= BYTES_MAX

    def _miss(self, position: int) -> None:
        metrics.STREAM_MISSED.inc()
        if self._gap is not None:
            first, _, missed = self._gap
            self._gap = (first, position, missed + 1)
            return
        now = self._clock()
        self._gaps = 1 if now - self._gap_began > GAPS_SECONDS else self._gaps + 1
        self._gap, self._gap_began = (position, position, 1), now
