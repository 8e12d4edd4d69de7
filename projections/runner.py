"""Drives one projection along the log: in order, nothing twice, nothing skipped unseen."""

import asyncio
from collections.abc import Sequence
from typing import Final

from domain.catalogue import UnknownEventType
from domain.values import GlobalPosition
from projections.applying import Applier, Watcher
from projections.entry import Entry, Handled
from projections.pause import Pause
from projections.ports import Feed, ParkingLot, Projection, StoreUnavailable

BATCH_MAX: Final = 500
"""Large enough that a store's round trip costs little for each event; a few MB in memory."""
IDLE_SECONDS: Final = 1.0
"""How often an idle projection looks at its store: bounds how long a lost view goes unnoticed."""
SETTLE_SECONDS: Final = 0.25
"""How long events a view does not handle may wait before they move its checkpoint: one write
for many of them."""
GROUP_SECONDS: Final = 0.005
"""From one write to the next: an event after a lull is applied at once, a stream of them in
groups, which saves most of the round trips."""
FIRST_PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 2.0


class Runner:
    """One projection's way along the log; outages are waited out, however long they take."""

    def __init__(
        self,
        projection: Projection,
        feed: Feed,
        parking: ParkingLot,
        watcher: Watcher,
        *,
        pause: Pause | None = None,
    ) -> None:
        self._view = Applier(projection, parking, watcher)
        self._feed = feed
        self._watcher = watcher
        self._pause = pause or Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
        self._handled = Handled(projection.handles)
        self._seen = GlobalPosition(0)
        """How far we read: nothing between the checkpoint and here concerns the view."""
        self._settle_at = 0.0
        self._free_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log until ``stop`` is set; the batch under way is finished first."""
        started = False
        while not stop.is_set():
            try:
                if not started:
                    await self._look()
                    started = True
                await self._step()
                self._pause.reset()
                await asyncio.sleep(self._free_at - asyncio.get_running_loop().time())
            except (StoreUnavailable, UnknownEventType) as error:
                self._watcher.waiting(error)
                started = False
                await self._pause.wait(stop)

    async def advance(self, upto: GlobalPosition) -> None:
        """Apply what there is up to ``upto`` and nothing beyond; raises StoreUnavailable."""
        await self._look()
        while self._seen < upto:
            limit = min(BATCH_MAX, upto - self._seen)
            entries = await self._feed.above(self._seen, limit, 0.0)
            if not entries:
                raise StoreUnavailable(f"the log ends at {self._seen}, before {upto}")
            reached, wanted = self._sorted_out(entries)
            await self._apply(wanted, reached)

    async def _step(self) -> None:
        clock = asyncio.get_running_loop().time
        settling = self._seen > self._view.position
        wait = max(0.0, self._settle_at - clock()) if settling else IDLE_SECONDS
        entries = await self._feed.above(self._seen, BATCH_MAX, wait)
        if not entries and not settling:
            await self._look()
            return
        upto, wanted = self._sorted_out(entries)
        if not settling:
            self._settle_at = clock() + SETTLE_SECONDS
        if wanted or clock() >= self._settle_at:
            await self._apply(wanted, upto)
        else:
            self._seen = upto

    async def _look(self) -> None:
        """Read where the view is; one that is ahead of the log belongs to another log."""
        await self._view.look()
        if self._view.position and self._view.position > await self._feed.head():
            await self._view.reset()
        self._seen = self._view.position

    def _sorted_out(self, entries: Sequence[Entry]) -> tuple[GlobalPosition, Sequence[Entry]]:
        """How far we can go, and which entries concern the view; not past an unknown type."""
        upto, wanted = self._seen, []
        for entry in entries:
            try:
                if entry.type in self._handled:
                    wanted.append(entry)
            except UnknownEventType:
                if upto == self._view.position:
                    raise
                break
            upto = entry.position
        return upto, wanted

    async def _apply(self, wanted: Sequence[Entry], upto: GlobalPosition) -> None:
        await self._view.apply(wanted, upto)
        self._seen = self._view.position
        self._free_at = asyncio.get_running_loop().time() + GROUP_SECONDS
