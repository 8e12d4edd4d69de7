"""A steady rate with a short burst, kept by waiting before the call."""

import asyncio
from collections.abc import Callable
from typing import Final

BURST_SECONDS: Final = 1.0
"""How much unused rate is kept: providers count by the second."""


class TokenBucket:
    """Hands out ``rate`` calls a second; whoever comes too early waits its turn."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        assert rate > 0, f"rate {rate}"
        self._rate = rate
        self._clock = clock
        self._free_at = clock() - BURST_SECONDS

    @property
    def wait_seconds(self) -> float:
        """How long a call that comes now would wait."""
        return max(0.0, self._free_at - self._clock())

    async def take(self, calls: int) -> None:
        """Wait until ``calls`` more may go out; they are counted at once, so order is kept."""
        now = self._clock()
        start = max(self._free_at, now - BURST_SECONDS)
        self._free_at = start + calls / self._rate
        if start > now:
            await asyncio.sleep(start - now)
