"""What projections and their runner need from outside."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from domain.aggregate import DomainEvent
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition


class Projection(Protocol):
    """Folds the log into one view in one store.

    ``name`` ends in a version: change the shape, change the name, and the new one is built
    beside the old from position 0.
    """

    name: ClassVar[str]
    handles: ClassVar[tuple[type[DomainEvent], ...]]

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied, 0 for a view that is empty or was lost."""
        ...

    async def project(self, events: Sequence[RecordedEvent], upto: GlobalPosition) -> None:
        """Apply the handled events of (checkpoint, upto], in order, and move the checkpoint to
        ``upto``: one atomic step, dropped as a whole when the store is already past it."""
        ...

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        ...


class LogReader(Protocol):
    """Reads the log by position."""

    async def read(self, after: GlobalPosition, limit: int) -> Sequence[RecordedEvent]:
        """The next events above ``after``, gapless and in order; empty at the head."""
        ...

    async def head(self) -> GlobalPosition:
        """The last position there is, 0 for an empty log."""
        ...


class ParkingLot(Protocol):
    """Keeps the events a projection could not apply, until somebody replays them."""

    async def park(self, projection: str, event: RecordedEvent, error: str) -> None:
        """Remember that the projection gave up on the event; repeating replaces the error."""
        ...
