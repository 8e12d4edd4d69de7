"""The log in memory, for tests of what is above it; held to the same contract as the real one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from commands.ports import ConcurrencyConflict
from domain.aggregate import DomainEvent
from domain.catalogue import CATALOGUE
from domain.recorded import Metadata, RecordedEvent
from domain.values import GlobalPosition, StreamVersion


class MemoryLog:
    """An EventLog that lasts as long as the test."""

    def __init__(self) -> None:
        self.recorded: list[RecordedEvent] = []

    async def append(
        self,
        stream_id: UUID,
        expected_version: StreamVersion,
        events: Sequence[DomainEvent],
        metadata: Metadata,
    ) -> GlobalPosition:
        """Append all or none; an append id that is in already gets its position."""
        for version, event in enumerate(events, expected_version + 1):
            assert (event.originator_id, event.originator_version) == (stream_id, version)
        stream = await self.read_stream(stream_id)
        if len(stream) != expected_version:
            mine = [one for one in stream if one.metadata == metadata]
            if mine:
                return mine[-1].position
            raise ConcurrencyConflict(stream_id, expected_version, len(stream))
        for event in events:
            self._record(stream_id, event, metadata)
        return await self.head()

    async def read_stream(self, stream_id: UUID) -> Sequence[RecordedEvent]:
        """All events of the stream in order; empty for an unknown one."""
        return [one for one in self.recorded if one.stream_id == stream_id]

    async def read(self, after: GlobalPosition, limit: int) -> Sequence[RecordedEvent]:
        """The next events above ``after``, gapless and in order; empty at the head."""
        return self.recorded[after : after + limit]

    async def head(self) -> GlobalPosition:
        """The last position there is, 0 for an empty log."""
        return GlobalPosition(len(self.recorded))

    def _record(self, stream_id: UUID, event: DomainEvent, metadata: Metadata) -> None:
        self.recorded.append(
            RecordedEvent(
                GlobalPosition(len(self.recorded) + 1),
                stream_id,
                StreamVersion(event.originator_version),
                event.TOPIC,
                CATALOGUE.decode(event.TOPIC, CATALOGUE.encode(event)),  # through stored bytes
                metadata,
                datetime.now(UTC),
            )
        )
