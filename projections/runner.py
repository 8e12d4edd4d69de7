"""Drives one projection along the log: in order, nothing twice, nothing skipped unseen."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from domain.catalogue import UnknownEventType
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from projections.entry import Entry, Handled
from projections.pause import Pause
from projections.ports import Feed, ParkingLot, Projection, StoreUnavailable

BATCH_MAX: Final = 500
"""Large enough that a store's round trip costs little for each event; a few MB in memory."""
TRIES_MAX: Final = 5
"""How often an event may fail before it is parked."""
TRY_PAUSES_SECONDS: Final = (0.02, 0.05, 0.1, 0.2)
"""Between the tries; together under half a second, during which the view stands still."""
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


class Watcher(Protocol):
    """Hears what a runner does, for metrics and logs."""

    def moved(self, position: GlobalPosition, events: int) -> None:
        """The projection went past ``events`` more and stands at ``position``."""
        ...

    def parked(self, entry: Entry, error: Exception) -> None:
        """The projection gave up on one event."""
        ...

    def waiting(self, error: Exception) -> None:
        """A store or the log is away, or the log is a newer program's; it goes on trying."""
        ...


class Runner:
    """One projection's position in the log.

    ``StoreUnavailable`` is waited out, however long it takes. Any other error is taken to be
    the event's fault: the batch is retried event by event, and one that fails ``TRIES_MAX``
    times is parked and skipped.
    """

    def __init__(
        self,
        projection: Projection,
        feed: Feed,
        parking: ParkingLot,
        watcher: Watcher,
        *,
        pause: Pause | None = None,
    ) -> None:
        self._projection = projection
        self._feed = feed
        self._parking = parking
        self._watcher = watcher
        self._pause = pause or Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
        self._handled = Handled(projection.handles)
        self._applied = GlobalPosition(0)
        """The view's checkpoint."""
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
        while self._applied < upto:
            limit = min(BATCH_MAX, upto - self._applied)
            entries = await self._feed.above(self._applied, limit, 0.0)
            if not entries:
                raise StoreUnavailable(f"the log ends at {self._applied}, before {upto}")
            reached, wanted = self._sorted_out(entries)
            await self._apply(wanted, reached)

    async def _step(self) -> None:
        clock = asyncio.get_running_loop().time
        settling = self._seen > self._applied
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
        self._applied = await self._projection.checkpoint()
        if self._applied and self._applied > await self._feed.head():
            await self._projection.reset()
            self._applied = GlobalPosition(0)
        self._seen = self._applied

    def _sorted_out(self, entries: Sequence[Entry]) -> tuple[GlobalPosition, Sequence[Entry]]:
        """How far we can go, and which entries concern the view; not past an unknown type."""
        upto, wanted = self._seen, []
        for entry in entries:
            try:
                if entry.type in self._handled:
                    wanted.append(entry)
            except UnknownEventType:
                if upto == self._applied:
                    raise
                break
            upto = entry.position
        return upto, wanted

    async def _apply(self, wanted: Sequence[Entry], upto: GlobalPosition) -> None:
        before = self._applied
        try:
            await self._project([entry.event() for entry in wanted], upto)
        except (StoreUnavailable, UnknownEventType):
            raise
        except Exception:
            await self._apply_each(wanted, upto)
        else:
            self._watcher.moved(self._applied, max(0, self._applied - before))
        self._free_at = asyncio.get_running_loop().time() + GROUP_SECONDS

    async def _apply_each(self, wanted: Sequence[Entry], upto: GlobalPosition) -> None:
        for entry in wanted:
            if self._applied >= entry.position:
                continue
            before = self._applied
            await self._apply_one(entry)
            if self._applied != entry.position:
                return  # the view turned out to be elsewhere: go on from there
            self._watcher.moved(self._applied, self._applied - before)
        await self._project((), upto)

    async def _apply_one(self, entry: Entry) -> None:
        for attempt in range(1, TRIES_MAX + 1):
            try:
                await self._project([entry.event()], entry.position)
            except (StoreUnavailable, UnknownEventType):
                raise
            except Exception as error:
                if attempt == TRIES_MAX:
                    await self._park(entry, error)
                else:
                    await asyncio.sleep(TRY_PAUSES_SECONDS[attempt - 1])
            else:
                return

    async def _park(self, entry: Entry, error: Exception) -> None:
        await self._parking.park(self._projection.name, entry, repr(error), TRIES_MAX)
        self._watcher.parked(entry, error)
        await self._project((), entry.position)

    async def _project(self, events: Sequence[RecordedEvent], upto: GlobalPosition) -> None:
        self._applied = await self._projection.project(events, after=self._applied, upto=upto)
        self._seen = self._applied
