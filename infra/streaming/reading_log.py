"""The log for long readers, who wait when it is away."""

from collections.abc import Sequence

from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from infra.postgres.views.outages import outages
from projections.ports import LogReader


class ReadingLog:
    """A LogReader that raises StoreUnavailable where the one beneath raises driver errors."""

    def __init__(self, log: LogReader) -> None:
        self._log = log

    async def read(self, after: GlobalPosition, limit: int) -> Sequence[RecordedEvent]:
        """The next events above ``after``, gapless and in order; empty at the head."""
        with outages():
            return await self._log.read(after, limit)

    async def head(self) -> GlobalPosition:
        """The last position there is, 0 for an empty log."""
        with outages():
            return await self._log.head()
