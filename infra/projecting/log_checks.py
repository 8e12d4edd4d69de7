"""Whether the log is what everything else relies on: gapless, contiguous, readable."""

from collections.abc import Sequence
from typing import Final

import asyncpg
from msgspec import Struct

from domain.catalogue import CATALOGUE, UPCASTS


class LogCheck(Struct, frozen=True):
    """One property of the log; ``found`` says how it is broken, or what it was seen on."""

    name: str
    holds: bool
    found: str


_POSITIONS: Final = """
SELECT h.position AS head, count(e.position) AS events,
       coalesce(min(e.position), 0) AS first, coalesce(max(e.position), 0) AS last
  FROM log_head h LEFT JOIN events e ON true GROUP BY h.position"""

_BROKEN_STREAMS: Final = """
SELECT stream_id, count(*) AS events, min(version) AS first, max(version) AS last
  FROM events GROUP BY stream_id HAVING min(version) <> 1 OR max(version) <> count(*) LIMIT 3"""

_TIMES: Final = """
SELECT position FROM (SELECT position, recorded_at < lag(recorded_at) OVER (ORDER BY position)
                             AS earlier FROM events) AS e WHERE earlier LIMIT 3"""


async def check_log(pool: asyncpg.Pool) -> Sequence[LogCheck]:
    """Look at all of the log as it is at one moment, while it goes on growing."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        return [
            await _positions(connection),
            await _streams(connection),
            await _times(connection),
            await _types(connection),
        ]


async def _positions(connection: asyncpg.Connection) -> LogCheck:
    row = await connection.fetchrow(_POSITIONS)
    gapless = row["events"] == row["last"] == row["head"] and row["first"] <= 1
    found = "{events} events from {first} to {last}, head {head}".format(**row)
    return LogCheck("positions are gapless up to the head", gapless, found)


async def _streams(connection: asyncpg.Connection) -> LogCheck:
    rows = await connection.fetch(_BROKEN_STREAMS)
    found = "; ".join("{stream_id}: {events} from {first} to {last}".format(**row) for row in rows)
    return LogCheck("every stream's versions are contiguous from 1", not rows, found)


async def _times(connection: asyncpg.Connection) -> LogCheck:
    rows = await connection.fetch(_TIMES)
    found = ", ".join(f"position {row[0]} is earlier than the one before" for row in rows)
    return LogCheck("record times never go back", not rows, found)


async def _types(connection: asyncpg.Connection) -> LogCheck:
    known = [*CATALOGUE.types, *UPCASTS]
    rows = await connection.fetch(
        "SELECT type, count(*) FROM events WHERE type <> ALL ($1) GROUP BY type LIMIT 3", known
    )
    found = ", ".join(f"{row[0]} ({row[1]} events)" for row in rows)
    return LogCheck("every event type is known", not rows, found)
