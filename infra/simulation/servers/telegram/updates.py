"""Updates waiting for the bot: confirmed by offset, fetched by one poller, or pushed."""

import asyncio
from collections import deque
from typing import Final

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.telegram.errors import Conflict

UPDATES_MAX: Final = 10_000
"""Unconfirmed updates; Telegram forgets them after a day, we when there are more."""
LIMIT_MAX: Final = 100
TIMEOUT_SECONDS_MAX: Final = 50
_ASKED_FOR_ONLY: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """A queue that forgets only what the bot has confirmed."""

    def __init__(self) -> None:
        self._waiting: deque[JsonObject] = deque(maxlen=UPDATES_MAX)
        self._next_id = 1
        self._allowed: frozenset[str] | None = None
        self._arrived = asyncio.Event()
        self._poller: asyncio.Task[object] | None = None
        self._replaced: set[asyncio.Task[object]] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def allow(self, kinds: list[str] | None) -> None:
        """Which kinds to queue from now on; None leaves it, an empty list means the usual ones."""
        if kinds is not None:
            self._allowed = frozenset(kinds) if kinds else None

    def add(self, kind: str, payload: JsonObject) -> int | None:
        """Queue one update; returns its id, or None when the bot did not ask for the kind."""
        wanted = kind not in _ASKED_FOR_ONLY if self._allowed is None else kind in self._allowed
        if not wanted:
            return None
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append({"update_id": update_id, kind: payload})
        self._arrived.set()
        return update_id

    def confirm(self, offset: int) -> None:
        """Forget what comes before ``offset``; negative: keep only the last ``-offset``."""
        first = _id(self._waiting[offset]) if offset < 0 and -offset <= len(self) else offset
        while self._waiting and _id(self._waiting[0]) < first:
            self._waiting.popleft()

    def drop_all(self) -> None:
        """Forget every pending update."""
        self._waiting.clear()

    def first(self) -> JsonObject | None:
        """The oldest unconfirmed update."""
        return self._waiting[0] if self._waiting else None

    async def arrival(self) -> None:
        """Wait until something is queued."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()

    async def poll(self, offset: int | None, limit: int, timeout: int) -> list[JsonObject]:
        """One getUpdates call; raises Conflict when a later call takes over."""
        if self._poller is not None:
            self._replaced.add(self._poller)
            self._poller.cancel()
        if offset is not None:
            self.confirm(offset)
        mine: asyncio.Task[object] = asyncio.ensure_future(self._wait(min(timeout, 50)))
        self._poller = mine
        try:
            await mine
        except asyncio.CancelledError:
            if mine not in self._replaced:  # the client went away, or the server stops
                mine.cancel()
                raise
            raise Conflict(
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            ) from None
        finally:
            self._replaced.discard(mine)
            if self._poller is mine:
                self._poller = None
        return [*self._waiting][: max(1, min(limit, LIMIT_MAX))]

    async def _wait(self, seconds: int) -> None:
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self.arrival()
        except TimeoutError:
            return


def _id(update: JsonObject) -> int:
    found = update["update_id"]
    return found if isinstance(found, int) else 0
