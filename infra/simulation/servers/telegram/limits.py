"""How fast a bot may write: overall, per chat, per group."""

import math

import msgspec

from infra.simulation.servers.rate import Milliseconds, RateLimit
from infra.simulation.servers.telegram.errors import TooManyRequests


class Pace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Telegram's published limits; bursts within a chat are tolerated, how many it does not say."""

    per_second: int = 30
    chat_interval_ms: int = 1_000
    chat_burst: int = 3
    group_per_minute: int = 20


class SendLimits:
    """Counts what the bot sends; a refused message counts against nothing."""

    def __init__(self, clock: Milliseconds, pace: Pace | None = None) -> None:
        self._clock = clock
        self.set(pace or Pace())

    def set(self, pace: Pace) -> None:
        """Start over with other limits."""
        self.pace = pace
        second, minute = max(pace.per_second, 1), max(pace.group_per_minute, 1)
        self._overall = RateLimit(1_000 // second or 1, second, self._clock)
        self._chat = RateLimit(pace.chat_interval_ms, max(pace.chat_burst, 1), self._clock)
        self._group = RateLimit(60_000 // minute or 1, minute, self._clock)

    def take(self, chat_id: int) -> None:
        """Count one message to a chat; raises TooManyRequests with the seconds to wait."""
        keyed = [(self._overall, "bot"), (self._chat, str(chat_id))]
        if chat_id < 0:
            keyed.append((self._group, str(chat_id)))
        wait = max(limit.wait(key) for limit, key in keyed)
        if wait > 0:
            raise TooManyRequests(max(1, math.ceil(wait / 1_000)))
        for limit, key in keyed:
            limit.count(key)
