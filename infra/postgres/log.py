"""The log in Postgres, behind the ports of commands and projections."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Self
from uuid import UUID

import asyncpg

from domain.aggregate import DomainEvent
from domain.recorded import Metadata, RecordedEvent
from domain.values import GlobalPosition, StreamVersion
from infra.postgres.commit import Append
from infra.postgres.group_commit import GroupCommit
from infra.postgres.rows import SELECT_ROW, LogRow, decode, encode_metadata, pending


class PostgresLog:
    """Appends through group commit, reads through a pool."""

    def __init__(self, pool: asyncpg.Pool, writer: GroupCommit) -> None:
        self._pool = pool
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def open(cls, pool: asyncpg.Pool, database_url: str) -> AsyncIterator[Self]:
        """A log with its writer running; what was handed in is committed or refused on exit."""
        async with GroupCommit(database_url) as writer:
            yield cls(pool, writer)

    async def append(
        self,
        stream_id: UUID,
        expected_version: StreamVersion,
        events: Sequence[DomainEvent],
        metadata: Metadata,
    ) -> GlobalPosition:
        """Append all events or none, and return the last one's position.

        Returning means durable. Raises ConcurrencyConflict when the stream stands elsewhere,
        LogUnavailable when Postgres stayed away: then ask again with the same append id.
        """
        for version, event in enumerate(events, expected_version + 1):
            # Unchecked, it would leave a gap in a stream, or fail everybody else's append too.
            assert (event.originator_id, event.originator_version) == (stream_id, version)
        return await self._writer.append(
            Append(stream_id, expected_version, pending(events), encode_metadata(metadata))
        )

    async def read_stream(self, stream_id: UUID) -> Sequence[RecordedEvent]:
        """All events of the stream in order; empty for an unknown one."""
        rows = await self._pool.fetch(
            f"{SELECT_ROW} WHERE stream_id = $1 ORDER BY version", stream_id
        )
        return [decode(row) for row in rows]

    async def read(self, after: GlobalPosition, limit: int) -> Sequence[RecordedEvent]:
        """The next events above ``after``, gapless and in order; empty at the head."""
        return [decode(row) for row in await self._fetch(after, limit)]

    async def read_rows(self, after: int, limit: int) -> Sequence[LogRow]:
        """Like ``read``, with the events still encoded, for those who only pass them on."""
        return [LogRow(*row) for row in await self._fetch(after, limit)]

    async def head(self) -> GlobalPosition:
        """The last position there is, 0 for an empty log."""
        return GlobalPosition(await self._pool.fetchval("SELECT position FROM log_head"))

    async def _fetch(self, after: int, limit: int) -> Sequence[LogRow]:
        rows: Sequence[LogRow] = await self._pool.fetch(
            f"{SELECT_ROW} WHERE position > $1 ORDER BY position LIMIT $2", after, limit
        )
        return rows
