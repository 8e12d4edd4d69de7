"""Events that projections gave up on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import asyncpg
from msgspec import Struct

from domain.values import GlobalPosition
from infra.postgres.views.outages import outages
from projections.entry import Entry

ERROR_CHARACTERS_MAX: Final = 2_000
LISTED_MAX: Final = 1_000


class ParkedEvent(Struct, frozen=True):
    """One event one projection skipped."""

    projection: str
    position: GlobalPosition
    type: str
    error: str
    tries: int
    first_at: datetime
    last_at: datetime


class ParkedEntry(NamedTuple):
    """What is kept of an event that could not be applied."""

    position: GlobalPosition
    type: str
    error: str
    tries: int


class PostgresParking:
    """The table ``parked_events``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def park(self, projection: str, entry: Entry, error: str, tries: int) -> None:
        """Remember that the projection gave up on the event; repeating replaces the error."""
        with outages():
            await self._pool.execute(
                """INSERT INTO parked_events (projection, position, type, error, tries)
                   VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (projection, position) DO UPDATE
                      SET error = excluded.error, tries = parked_events.tries + excluded.tries,
                          last_at = clock_timestamp()""",
                projection,
                entry.position,
                entry.type,
                _shown(error),
                tries,
            )

    async def parked(self, projection: str | None = None) -> Sequence[ParkedEvent]:
        """The first ``LISTED_MAX`` parked events, of one projection or of all."""
        with outages():
            rows = await self._pool.fetch(
                """SELECT projection, position, type, error, tries, first_at, last_at
                     FROM parked_events WHERE $1::text IS NULL OR projection = $1
                    ORDER BY projection, position LIMIT $2""",
                projection,
                LISTED_MAX,
            )
        return [ParkedEvent(*row) for row in rows]

    async def replace(
        self, projection: str, upto: GlobalPosition, parked: Sequence[ParkedEntry]
    ) -> None:
        """Exchange what was parked up to there for what a rebuild had to park."""
        with outages():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(
                    "DELETE FROM parked_events WHERE projection = $1 AND position <= $2",
                    projection,
                    upto,
                )
                await connection.executemany(
                    """INSERT INTO parked_events (projection, position, type, error, tries)
                       VALUES ($1, $2, $3, $4, $5)""",
                    [(projection, *entry) for entry in parked],
                )


class CollectedParking:
    """A parking lot for a build that nobody reads yet."""

    def __init__(self) -> None:
        self.entries: list[ParkedEntry] = []

    async def park(self, projection: str, entry: Entry, error: str, tries: int) -> None:
        """Remember it until the build takes over."""
        self.entries.append(ParkedEntry(entry.position, entry.type, _shown(error), tries))


def _shown(error: str) -> str:
    return error.replace("\0", "")[:ERROR_CHARACTERS_MAX]
