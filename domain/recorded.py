"""An event as the log holds it: where it stands, who caused it, and when it was written."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from domain.aggregate import DomainEvent
from domain.values import GlobalPosition, StreamVersion


class Metadata(Struct, frozen=True, array_like=True, gc=False):
    """Why an event is there.

    ``append_id`` is fresh for each append, so that a writer whose connection died can tell its
    own events from somebody else's. ``correlation_id`` is shared by all that one outside cause
    led to; ``causation_id`` is the message that led to this; ``actor`` is who asked, as
    ``user:<id>``, ``intake``, ``policy:<name>`` or ``operator``.
    """

    append_id: UUID
    correlation_id: UUID
    causation_id: UUID
    actor: str


class RecordedEvent(Struct, frozen=True, gc=False):
    """One entry of the log; ``position`` is gapless and in commit order."""

    position: GlobalPosition
    stream_id: UUID
    version: StreamVersion
    type: str
    event: DomainEvent
    metadata: Metadata
    recorded_at: datetime
