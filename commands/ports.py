"""What handlers need from outside, named for its role."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from domain.aggregate import Aggregate, DomainEvent
from domain.recorded import Metadata, RecordedEvent
from domain.values import GlobalPosition, StreamVersion

A = TypeVar("A", bound=Aggregate)


class ConcurrencyConflict(Exception):
    """Somebody else appended to the stream first: load again and decide again."""

    def __init__(self, stream_id: UUID, expected: int, found: int) -> None:
        super().__init__(f"stream {stream_id}: expected version {expected}, found {found}")
        self.stream_id = stream_id
        self.expected = expected
        self.found = found


class EventLog(Protocol):
    """The one log: append-only, gapless, in commit order."""

    async def append(
        self,
        stream_id: UUID,
        expected_version: StreamVersion,
        events: Sequence[DomainEvent],
        metadata: Metadata,
    ) -> GlobalPosition:
        """Append all events or none, and return the last one's position.

        ``expected_version`` is what the stream must stand at, 0 for a new one; anything else
        raises ConcurrencyConflict. Returning means durable. Safe to call again with the same
        ``metadata.append_id`` when the answer was lost: it is recorded once.
        """
        ...

    async def read_stream(self, stream_id: UUID) -> Sequence[RecordedEvent]:
        """All events of the stream in order; empty for an unknown one."""
        ...


class Repository(Protocol[A]):
    """Loads and saves aggregates of one kind."""

    async def load(self, stream_id: UUID) -> A:
        """The aggregate as the log has it; raises NotFound for a stream with no events."""
        ...

    async def find(self, stream_id: UUID) -> A | None:
        """Like ``load``, but None for a stream with no events."""
        ...

    async def save(self, aggregate: A, *, cause: "Cause") -> GlobalPosition | None:
        """Append what the aggregate decided; None when it decided nothing."""
        ...


class Cause(Protocol):
    """Why something is recorded: any command is one."""

    @property
    def message_id(self) -> UUID:
        """What the recorded events name as their causation."""
        ...

    @property
    def correlation_id(self) -> UUID:
        """What everything led to by the same outside cause shares."""
        ...

    @property
    def actor(self) -> str:
        """Who asked: ``user:<id>``, ``intake``, ``policy:<name>`` or ``operator``."""
        ...


class Receipt(Struct, frozen=True):
    """What became of a delivery: ``received = accepted + duplicate + quarantined``."""

    received: int
    accepted: int
    duplicate: int
    quarantined: int


class Inbox(Protocol):
    """Takes raw transactions in, each once, and keeps them."""

    async def receive(self, document: bytes, source: str) -> Receipt:
        """Keep every transaction of the document; durable when it returns.

        A bad entry is quarantined with its reason and never fails the others. Raises
        MalformedTransaction when the document as a whole cannot be read. Safe to repeat.
        """
        ...
