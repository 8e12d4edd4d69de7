"""Events to and from the columns of the ``events`` table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from domain.aggregate import DomainEvent
from domain.catalogue import CATALOGUE
from domain.recorded import Metadata, RecordedEvent

COLUMNS: Final = ("position", "stream_id", "version", "type", "data", "metadata", "recorded_at")
SELECT_ROW: Final = f"SELECT {', '.join(COLUMNS)} FROM events"  # noqa: S608  # no outside text

_encode_metadata = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_decode_metadata = msgspec.msgpack.Decoder(Metadata).decode


class LogRow(NamedTuple):
    """One row of the log with its event still encoded."""

    position: int
    stream_id: UUID
    version: int
    type: str
    data: bytes
    metadata: bytes
    recorded_at: datetime


class PendingEvent(NamedTuple):
    """An event on its way into the log: all columns but those the head decides."""

    version: int
    type: str
    data: bytes


def pending(events: Sequence[DomainEvent]) -> Sequence[PendingEvent]:
    """Encode what is to be appended."""
    return [
        PendingEvent(event.originator_version, event.TOPIC, CATALOGUE.encode(event))
        for event in events
    ]


def encode_metadata(metadata: Metadata) -> bytes:
    """The bytes the log keeps beside each event of one append."""
    return _encode_metadata(metadata)


def decode(row: LogRow) -> RecordedEvent:
    """The typed event of a row; raises UnknownEventType for a newer program's event."""
    position, stream_id, version, event_type, data, metadata, recorded_at = row
    # Naming the types would be two calls, a tenth of a replay's time.
    return RecordedEvent(
        position,  # type: ignore[arg-type]
        stream_id,
        version,  # type: ignore[arg-type]
        event_type,
        CATALOGUE.decode(event_type, data),
        _decode_metadata(metadata),
        recorded_at,
    )
