"""Several streams loaded with one query and appended to in one transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from commands.finality import decided
from commands.ports import Cause, ConcurrencyConflict
from commands.repository import metadata_of
from domain.aggregate import Aggregate
from domain.values import GlobalPosition
from infra.postgres.commit import Append, commit
from infra.postgres.rows import SELECT_ROW, decode, encode_metadata, pending


class PostgresStreams:
    """Streams over one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def load(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Aggregate]:
        """The aggregates as the log has them; none for a stream with no events."""
        found: dict[UUID, Aggregate] = {}
        rows = await self._connection.fetch(
            f"{SELECT_ROW} WHERE stream_id = ANY($1) ORDER BY stream_id, version", list(stream_ids)
        )
        for row in rows:
            recorded = decode(row)
            after: Aggregate | None = recorded.event.mutate(found.get(recorded.stream_id))
            if after is not None:
                found[recorded.stream_id] = after
        return found

    async def save(self, aggregates: Sequence[Aggregate], *, cause: Cause) -> GlobalPosition | None:
        """Append what all of them decided, in one transaction; None when nothing."""
        group = [
            Append(one.id, start, pending(events), encode_metadata(metadata_of(cause)))
            for one, start, events in decided(aggregates)
        ]
        if not group:
            return None
        position = None
        for outcome in await commit(self._connection, group):
            if isinstance(outcome, ConcurrencyConflict):
                raise outcome
            position = outcome
        return position
