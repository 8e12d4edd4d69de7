"""What projections and their runner need from outside."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import ClassVar, NamedTuple, Protocol
from uuid import UUID

from msgspec import Struct

from domain.aggregate import DomainEvent
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from projections.entry import Entry


class StoreUnavailable(Exception):
    """A store or the log is away, or refuses for now: wait and try again, for as long as it
    takes. Nothing is wrong with the events."""


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

    async def project(
        self, events: Sequence[RecordedEvent], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the handled events of (after, upto], in order, and move the checkpoint to
        ``upto``: one atomic step. Returns the checkpoint there is then: anything but ``upto``
        means that the store stood elsewhere than at ``after`` and nothing was changed."""
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


class StreamReader(Protocol):
    """Reads one stream of the log."""

    async def read_stream(self, stream_id: UUID) -> Sequence[RecordedEvent]:
        """All events of the stream in order; empty for an unknown one."""
        ...


class Feed(Protocol):
    """Hands out the log as it grows, for any number of projections."""

    async def above(
        self, after: GlobalPosition, limit: int, wait_seconds: float
    ) -> Sequence[Entry]:
        """The next entries above ``after``, gapless and in order; waits for them at most that
        long and is empty then. Raises StoreUnavailable."""
        ...

    async def head(self) -> GlobalPosition:
        """The last position there is. Raises StoreUnavailable."""
        ...


class ParkingLot(Protocol):
    """Keeps the events a projection could not apply, until somebody replays them."""

    async def park(self, projection: str, entry: Entry, error: str, tries: int) -> None:
        """Remember that the projection gave up on the event; repeating replaces the error."""
        ...


class Place(NamedTuple):
    """Where a value of a keyed view stands: a field of a key."""

    key: str
    field: str


class Snapshot(Struct, frozen=True):
    """Values of a keyed view at one moment: ``checkpoint`` belongs to exactly these.

    ``build`` says which build of the view they are from; writing back needs it again.
    """

    build: str
    checkpoint: GlobalPosition
    values: Mapping[Place, bytes | None]


class KeyedStore(Protocol):
    """A view as values at places, with its checkpoint beside them."""

    async def read(self, places: Sequence[Place]) -> Snapshot:
        """The values now (None where there is none), all at the same moment."""
        ...

    async def write(
        self, seen: Snapshot, changes: Mapping[Place, bytes | None], upto: GlobalPosition
    ) -> GlobalPosition:
        """Put the values (None takes one away) and move the checkpoint from ``seen``'s to
        ``upto``, in one atomic step; returns the checkpoint there is then. Nothing is changed
        when the view is no longer where ``seen`` saw it."""
        ...

    def places(self) -> AsyncIterator[Sequence[Place]]:
        """Every place there is, in pages; one may come twice while the view changes."""
        ...

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        ...
