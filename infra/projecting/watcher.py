"""Tells metrics and the process's log what a projection does."""

from typing import Final

import structlog

from domain.values import GlobalPosition
from infra import metrics
from projections.entry import Entry

logger = structlog.get_logger(__name__)


class ProjectionWatcher:
    """One projection's counters."""

    def __init__(self, projection: str) -> None:
        self._projection: Final = projection
        self._events = metrics.PROJECTED.labels(projection)
        self._position = metrics.PROJECTION_POSITION.labels(projection)
        self._waits = metrics.PROJECTION_WAITING.labels(projection)
        self._parked = metrics.PARKED.labels(projection)

    def moved(self, position: GlobalPosition, events: int) -> None:
        """The projection went past ``events`` more and stands at ``position``."""
        self._events.inc(events)
        self._position.set(position)

    def parked(self, entry: Entry, error: Exception) -> None:
        """The projection gave up on one event."""
        self._parked.inc()
        logger.error(
            "parked",
            projection=self._projection,
            position=entry.position,
            type=entry.type,
            error=repr(error),
        )

    def waiting(self, error: Exception) -> None:
        """A store or the log is away; it goes on trying."""
        self._waits.inc()
        logger.warning("waiting", projection=self._projection, error=str(error))
