"""Aggregates from and to the log; no snapshots, because no stream of ours is long."""

from typing import Generic
from uuid import UUID, uuid4

from commands.ports import A, Cause, EventLog
from domain.errors import NotFound
from domain.recorded import Metadata
from domain.values import GlobalPosition, StreamVersion


class LogRepository(Generic[A]):
    """A Repository over the log, for one kind of aggregate."""

    def __init__(self, kind: type[A], log: EventLog) -> None:
        self._kind = kind
        self._log = log

    async def load(self, stream_id: UUID) -> A:
        """The aggregate as the log has it; raises NotFound for a stream with no events."""
        found = await self.find(stream_id)
        if found is None:
            raise NotFound(self._kind.TOPIC, str(stream_id))
        return found

    async def find(self, stream_id: UUID) -> A | None:
        """Like ``load``, but None for a stream with no events or of another kind."""
        aggregate: A | None = None
        for recorded in await self._log.read_stream(stream_id):
            aggregate = recorded.event.mutate(aggregate)
        return aggregate if isinstance(aggregate, self._kind) else None

    async def save(self, aggregate: A, *, cause: Cause) -> GlobalPosition | None:
        """Append what the aggregate decided; None when it decided nothing."""
        events = aggregate.collect_events()
        if not events:
            return None
        return await self._log.append(
            aggregate.id,
            StreamVersion(aggregate.version - len(events)),
            events,  # type: ignore[arg-type]  # ours are DomainEvents; the library says wider
            metadata_of(cause),
        )


def metadata_of(cause: Cause) -> Metadata:
    """What the log keeps of why an append is made, under a fresh append id."""
    return Metadata(uuid4(), cause.correlation_id, cause.message_id, cause.actor)
