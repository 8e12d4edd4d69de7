"""Hands each event of the log to the clients that asked for it: one reader for all of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final, Protocol
from uuid import UUID

import structlog

from api import metrics
from api.stream.channels import FED_BY
from api.stream.messages import Messages
from domain.values import GlobalPosition
from projections.entry import Entry
from projections.pause import Pause, happened
from projections.ports import Feed, StoreUnavailable

PAGE: Final = 100
"""Handed out without a pause: some milliseconds in which nothing else is answered."""
IDLE_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 1.0
"""How often clients are looked at: bounds how long an expired or stuck one stays."""
FIRST_PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 2.0
ACCOUNT: Final = "account."

logger = structlog.get_logger(__name__)


class Listener(Protocol):
    """One client."""

    @property
    def account_id(self) -> UUID | None:
        """Whose it is, None before that is known."""
        ...

    def offer(self, position: int, text: str) -> None:
        """Take a message without waiting."""
        ...

    def look(self) -> None:
        """End the connection when its time is over or it is stuck."""
        ...

    def recheck(self) -> None:
        """Make sure that the credential is still good."""
        ...


class Hub:
    """Follows the feed from the head on. ``position`` is the last one handed out: what comes
    after it reaches every listener that is there by then, exactly once."""

    def __init__(self, feed: Feed, on_account_change: Callable[[UUID], None]) -> None:
        self._feed = feed
        self._on_account_change = on_account_change
        self._listeners: set[Listener] = set()
        self._subscribers: dict[str, dict[Listener, int]] = {}
        self._started = asyncio.Event()
        self.position = GlobalPosition(0)

    @asynccontextmanager
    async def running(self, _app: object) -> AsyncIterator[None]:
        """Follow for the length of the block."""
        stop = asyncio.Event()
        tasks = [
            asyncio.create_task(self._follow(stop), name="hub"),
            asyncio.create_task(self._look(stop), name="hub look"),
        ]
        try:
            yield
        finally:
            stop.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def started(self) -> None:
        """Wait until there is a position to go on from."""
        await self._started.wait()

    def add(self, listener: Listener) -> None:
        """A client came."""
        self._listeners.add(listener)
        metrics.STREAM_CLIENTS.set(len(self._listeners))

    def remove(self, listener: Listener) -> None:
        """A client left."""
        self._listeners.discard(listener)
        metrics.STREAM_CLIENTS.set(len(self._listeners))

    def subscribe(self, listener: Listener, channel: str, after: int) -> None:
        """Offer what the channel brings above ``after``."""
        self._subscribers.setdefault(channel, {})[listener] = after

    def unsubscribe(self, listener: Listener, channels: Iterable[str]) -> None:
        """Offer nothing more of these channels."""
        for channel in channels:
            subscribers = self._subscribers.get(channel, {})
            subscribers.pop(listener, None)
            if not subscribers:
                self._subscribers.pop(channel, None)

    async def _follow(self, stop: asyncio.Event) -> None:
        pause = Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
        while not stop.is_set():
            try:
                if not self._started.is_set():
                    self.position = await self._feed.head()
                    self._started.set()
                for entry in await self._feed.above(self.position, PAGE, IDLE_SECONDS):
                    self._hand_out(entry)
                metrics.STREAM_POSITION.set(self.position)
                pause.reset()
            except StoreUnavailable as error:
                logger.warning("stream waits for the log", error=str(error))
                await pause.wait(stop)

    def _hand_out(self, entry: Entry) -> None:
        """Without waiting, so that nobody can come between an event and its position."""
        try:
            if entry.type.startswith(ACCOUNT):
                self._tell_account(entry.event().stream_id)
            elif self._subscribers and entry.type.startswith(FED_BY):
                self._deliver(Messages(entry.event()), entry.position)
        except Exception:  # one event that cannot be shown must not end the stream for all
            logger.exception("event not handed out", position=entry.position, type=entry.type)
        self.position = entry.position

    def _deliver(self, messages: Messages, position: GlobalPosition) -> None:
        for channel in messages.channels:
            for listener, after in self._subscribers.get(channel, {}).items():
                if position > after:
                    listener.offer(position, messages.text(channel))

    def _tell_account(self, account_id: UUID) -> None:
        self._on_account_change(account_id)
        for listener in self._listeners:
            if listener.account_id == account_id:
                listener.recheck()

    async def _look(self, stop: asyncio.Event) -> None:
        while not await happened(stop, LOOK_SECONDS):
            for listener in tuple(self._listeners):
                listener.look()
