"""Events that projections gave up on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

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
                error.replace("\0", "")[:ERROR_CHARACTERS_MAX],
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

    async def forget(self, projection: str, upto: GlobalPosition) -> None:
        """Drop what a rebuild applied after all."""
        with outages():
            await self._pool.execute(
                "DELETE FROM parked_events WHERE projection = $1 AND position <= $2",
                projection,
                upto,
            )
