"""The log as it grows, for all projections of a process: JetStream is the fast path, Postgres
the truth."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from domain.values import GlobalPosition
from infra.postgres.rows import LogRow
from infra.projecting.pages import LogPages, Rows, entry
from projections.entry import Entry
from projections.pause import Pause, happened
from projections.ports import StoreUnavailable
from projections.window import Window

WINDOW_MAX: Final = 5_000
"""Entries kept for projections that are a little behind: some MB."""
PAGE: Final = 500
POLL_SECONDS: Final = 1.0
"""How late an event is at most when NATS does not bring it."""
FIRST_PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 2.0

logger = structlog.get_logger(__name__)


class LogFeed:
    """A window over the newest entries, filled from NATS, and from Postgres where NATS left a
    gap or fell silent. Whoever is further behind than the window reads pages of the log."""

    def __init__(self, log: Rows) -> None:
        self._pages = LogPages(log)
        self._window = Window(GlobalPosition(0), WINDOW_MAX)
        self._grown = asyncio.Event()

    async def above(
        self, after: GlobalPosition, limit: int, wait_seconds: float
    ) -> Sequence[Entry]:
        """The next entries above ``after``; waits for them at most that long."""
        entries = self._window.above(after, limit)
        if entries is None:
            return await self._pages.above(after, limit)
        if entries or wait_seconds <= 0:
            return entries
        await happened(self._grown, wait_seconds)
        return self._window.above(after, limit) or ()

    async def head(self) -> GlobalPosition:
        """The last position there is."""
        return await self._pages.head()

    async def offer(self, row: LogRow) -> None:
        """Take what NATS brought: repeats are dropped, what is missing before it is read."""
        while not self._window.add(entry(row)):
            if row.position - self._window.last > WINDOW_MAX:
                self._window.restart(GlobalPosition(row.position - 1))
            else:
                await self._read_on()
        self._announce()

    async def poll(self, stop: asyncio.Event) -> None:
        """Once a second, look whether events of a second ago are missing, and read them."""
        pause = Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
        expected = await self._start(pause, stop)
        while not await happened(stop, POLL_SECONDS):
            try:
                while self._window.last < expected:
                    await self._read_on()
                    self._announce()
                expected = await self._pages.head()
                pause.reset()
            except StoreUnavailable as error:
                logger.warning("log is away", error=str(error))
                await pause.wait(stop)
        self._announce()

    async def _start(self, pause: Pause, stop: asyncio.Event) -> GlobalPosition:
        while not stop.is_set():
            try:
                head = await self._pages.head()
            except StoreUnavailable as error:
                logger.warning("log is away", error=str(error))
                await pause.wait(stop)
            else:
                if head > self._window.last:
                    self._window.restart(head)
                    self._announce()
                return head
        return GlobalPosition(0)

    async def _read_on(self) -> None:
        """Add the next page of the log; raises StoreUnavailable when there is none, though
        somebody saw an event beyond it."""
        last = self._window.last
        page = await self._pages.above(last, PAGE)
        if not page and self._window.last == last:
            raise StoreUnavailable(f"the log ends at {last}, before what was announced")
        self._window.extend(page)

    def _announce(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()
