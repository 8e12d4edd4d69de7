"""A feed over a list, and what else a runner needs, in memory."""

import asyncio
from collections.abc import Sequence

from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from projections.entry import Entry
from projections.ports import StoreUnavailable
from tests.projections.chronicle import entry


class ListFeed:
    """Hands out a growing list; ``outages`` more reads fail first."""

    def __init__(self, recorded: Sequence[RecordedEvent], *, outages: int = 0) -> None:
        self.recorded = recorded
        self.outages = outages

    async def above(
        self, after: GlobalPosition, limit: int, wait_seconds: float
    ) -> Sequence[Entry]:
        """The next entries; waits a moment when there are none."""
        if self.outages:
            self.outages -= 1
            raise StoreUnavailable("the log is away")
        found = [entry(one) for one in self.recorded[after : after + limit]]
        if not found:
            await asyncio.sleep(min(wait_seconds, 0.01))
        return found

    async def head(self) -> GlobalPosition:
        """The last position there is."""
        return GlobalPosition(len(self.recorded))


class MemoryParking:
    """A parking lot as a dict."""

    def __init__(self) -> None:
        self.parked: dict[int, str] = {}

    async def park(self, projection: str, entry: Entry, error: str, tries: int) -> None:
        """Remember it."""
        self.parked[entry.position] = error


class Notes:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.events = 0
        self.parked_at: list[int] = []
        self.waits: list[Exception] = []

    def moved(self, position: GlobalPosition, events: int) -> None:
        """Count."""
        self.events += events

    def parked(self, entry: Entry, error: Exception) -> None:
        """Remember where."""
        self.parked_at.append(entry.position)

    def waiting(self, error: Exception) -> None:
        """Remember why."""
        self.waits.append(error)
