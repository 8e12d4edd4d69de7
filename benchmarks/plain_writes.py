"""Writing rows into the log's table with nothing around it: what any store is limited by."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from benchmarks.harness import CELL_SECONDS
from infra.postgres.rows import COLUMNS

COPY_ROWS: Final = 10_000
"""In one commit; more is not faster."""
INSERT_ROWS: Final = 1_000


class Row(NamedTuple):
    """One row of the log."""

    position: int
    stream_id: UUID
    version: int
    type: str
    data: bytes
    metadata: bytes
    recorded_at: datetime


Write = Callable[[Sequence[Row]], Awaitable[object]]


class PlainWrites:
    """One connection. Rows are made before the clock starts, and versions are not checked."""

    def __init__(self, connection: asyncpg.Connection, data: bytes, metadata: bytes) -> None:
        self._connection = connection
        self._data, self._metadata = data, metadata

    async def copies(self, stream_events: int = 1) -> float:
        """Rows per second with COPY, that many of each stream."""
        return await self._write(COPY_ROWS, stream_events, self._copy)

    async def inserts(self) -> float:
        """Rows per second with INSERT of many rows."""
        return await self._write(INSERT_ROWS, 1, self._insert)

    async def _write(self, count: int, stream_events: int, write: Write) -> float:
        position: int = await self._connection.fetchval("SELECT position FROM log_head")
        seconds, done = 0.0, 0
        while seconds < CELL_SECONDS:
            rows = self._rows(position + done, count, stream_events)
            started = time.perf_counter()
            await write(rows)
            seconds += time.perf_counter() - started
            done += count
        await self._connection.execute("UPDATE log_head SET position = $1", position + done)
        return done / seconds

    def _rows(self, position: int, count: int, stream_events: int) -> Sequence[Row]:
        now = datetime.now(UTC)
        rows = []
        for number in range(count):
            if number % stream_events == 0:
                stream_id = uuid4()
            version = number % stream_events + 1
            rows.append(
                Row(
                    position + number + 1,
                    stream_id,
                    version,
                    "wallet-subscription.opened.v1",
                    self._data,
                    self._metadata,
                    now,
                )
            )
        return rows

    async def _copy(self, rows: Sequence[Row]) -> None:
        await self._connection.copy_records_to_table("events", records=rows, columns=COLUMNS)

    async def _insert(self, rows: Sequence[Row]) -> None:
        await self._connection.execute(
            "INSERT INTO events (position, stream_id, version, type, data, metadata, recorded_at) "
            "SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::integer[], $4::text[], "
            "$5::bytea[], $6::bytea[], $7::timestamptz[])",
            *(list(column) for column in zip(*rows, strict=True)),
        )
