"""Applies batches to one projection, finds the poison in a batch that fails, and parks it."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from domain.catalogue import UnknownEventType
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from projections.entry import Entry
from projections.ports import ParkingLot, Projection, StoreUnavailable

TRIES_MAX: Final = 5
"""How often an event may fail before it is parked."""
TRY_PAUSES_SECONDS: Final = (0.02, 0.05, 0.1, 0.2)
"""Between the tries; together under half a second, during which the view stands still."""
PARKED_IN_A_ROW_MAX: Final = 20
"""When that many fail one after another, the store or this program is at fault, not they."""


class Watcher(Protocol):
    """Hears what becomes of events, for metrics and logs."""

    def moved(self, position: GlobalPosition, events: int) -> None:
        """The projection went past ``events`` more and stands at ``position``."""
        ...

    def parked(self, entry: Entry, error: Exception) -> None:
        """The projection gave up on one event."""
        ...

    def waiting(self, error: Exception) -> None:
        """A store or the log is away, or the log is a newer program's; it goes on trying."""
        ...


class Applier:
    """One projection and its checkpoint as we know it (``position``).

    ``StoreUnavailable`` and UnknownEventType reach the caller: waiting helps, parking would
    not. Any other error is taken to be the event's fault: the batch is retried event by
    event, and one that fails ``TRIES_MAX`` times is parked and skipped.
    """

    def __init__(self, projection: Projection, parking: ParkingLot, watcher: Watcher) -> None:
        self._projection = projection
        self._parking = parking
        self._watcher = watcher
        self._parked_in_a_row = 0
        self.position = GlobalPosition(0)

    async def look(self) -> None:
        """Read where the view is."""
        self.position = await self._projection.checkpoint()

    async def reset(self) -> None:
        """Begin again."""
        await self._projection.reset()
        self.position = GlobalPosition(0)

    async def apply(self, wanted: Sequence[Entry], upto: GlobalPosition) -> None:
        """Apply what concerns the view and move its checkpoint to ``upto``."""
        before = self.position
        try:
            await self._project([entry.event() for entry in wanted], upto)
        except (StoreUnavailable, UnknownEventType):
            raise
        except Exception:
            await self._apply_each(wanted, upto)
        self._watcher.moved(self.position, max(0, self.position - before))

    async def _apply_each(self, wanted: Sequence[Entry], upto: GlobalPosition) -> None:
        for entry in wanted:
            if self.position < entry.position:
                await self._apply_one(entry)
                if self.position != entry.position:
                    return  # the view turned out to be elsewhere: go on from there
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
                self._parked_in_a_row = 0
                return

    async def _park(self, entry: Entry, error: Exception) -> None:
        if self._parked_in_a_row >= PARKED_IN_A_ROW_MAX:
            raise StoreUnavailable(
                f"{self._parked_in_a_row} events in a row could not be applied, nor can "
                f"{entry.position}: {error!r}"
            ) from error
        await self._parking.park(self._projection.name, entry, repr(error), TRIES_MAX)
        self._parked_in_a_row += 1
        self._watcher.parked(entry, error)
        await self._project((), entry.position)

    async def _project(self, events: Sequence[RecordedEvent], upto: GlobalPosition) -> None:
        self.position = await self._projection.project(events, after=self.position, upto=upto)
