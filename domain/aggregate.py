"""The base of our aggregates: the event library's machinery over msgspec structs.

The library's own events are dataclasses that every encoder has to copy field by field; ours
are structs, so the bytes in the log decode straight into them. Each is an array whose first
three places are the stream id, the version and our clock at the decision (``timestamp``), so
that what is stored proves where it belongs.
"""

from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate, event
from msgspec import Struct

__all__ = ["Aggregate", "Created", "DomainEvent", "event", "stream_id"]

STREAM_NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://cipherx.dev/streams")
"""Root of all stream ids; changing it would orphan every stored stream."""


def stream_id(aggregate: str, *natural_key: str) -> UUID:
    """The stream of the thing that ``natural_key`` names: the same key, the same stream."""
    return uuid5(STREAM_NAMESPACE, "\x1f".join((aggregate, *natural_key)))


class DomainEvent(Struct, CanMutateAggregate[UUID], frozen=True, array_like=True):
    """One decision, as stored: fields may be appended with a default, never moved or removed."""

    TOPIC: ClassVar[str]

    originator_id: UUID
    originator_version: int
    timestamp: datetime

    def _as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


class Created(DomainEvent, CanInitAggregate[UUID], frozen=True, array_like=True):
    """The first decision of a stream."""

    originator_topic: str


class Aggregate(BaseAggregate[UUID]):
    """A consistency boundary: it judges commands and states the outcome as events."""

    TOPIC: ClassVar[str]

    class Event(DomainEvent, frozen=True, array_like=True):
        """Base of the events that follow the first."""
