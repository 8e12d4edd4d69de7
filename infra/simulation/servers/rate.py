"""Rate limits as the imitated services keep them: a steady rate with a burst, per key."""

from collections.abc import Callable
from typing import Final

KEYS_MAX: Final = 10_000
"""Limited keys remembered at once; beyond it those at rest are forgotten, which costs nothing."""

Milliseconds = Callable[[], int]
"""A clock that never goes back, in milliseconds."""


class RateLimit:
    """Lets ``burst`` calls through at once and then one every ``interval_ms``, for each key.

    It keeps one number a key, the time at which the key would be at rest again, so a
    refused call costs nothing and does not prolong the wait.
    """

    def __init__(self, interval_ms: int, burst: int, clock: Milliseconds) -> None:
        self.interval_ms = interval_ms
        self.burst = burst
        self._clock = clock
        self._at_rest: dict[str, int] = {}

    def take(self, key: str) -> int:
        """Count one call of ``key``; returns 0, or the milliseconds to wait when refused."""
        wait = self.wait(key)
        if wait == 0:
            self.count(key)
        return wait

    def wait(self, key: str) -> int:
        """Milliseconds until a call of ``key`` would pass; counts nothing."""
        now = self._clock()
        ahead = max(self._at_rest.get(key, now), now) + self.interval_ms - now
        return max(ahead - self.interval_ms * self.burst, 0)

    def count(self, key: str) -> None:
        """Count one call of ``key`` whatever the limit says."""
        now = self._clock()
        if key not in self._at_rest and len(self._at_rest) >= KEYS_MAX:
            self._at_rest = {key: rest for key, rest in self._at_rest.items() if rest > now}
        self._at_rest[key] = max(self._at_rest.get(key, now), now) + self.interval_ms
