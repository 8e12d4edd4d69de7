"""Pages of the log for whoever is behind, read once for all who ask for the same."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Final, Protocol

from domain.values import GlobalPosition
from infra.postgres.rows import LogRow, decode
from infra.postgres.views.outages import outages
from projections.entry import Entry

PAGES_KEPT: Final = 8
"""Projections that catch up together are at most a few pages apart."""


class Rows(Protocol):
    """The log, with its events still encoded."""

    def read_rows(self, after: int, limit: int) -> Coroutine[None, None, Sequence[LogRow]]:
        """The next rows above ``after``, gapless and in order."""
        ...

    async def head(self) -> GlobalPosition:
        """The last position there is."""
        ...


def entry(row: LogRow) -> Entry:
    """The row as an entry that is decoded when needed."""
    return Entry(GlobalPosition(row.position), row.type, partial(decode, row))


class LogPages:
    """A feed that never waits."""

    def __init__(self, log: Rows) -> None:
        self._log = log
        self._pages: OrderedDict[tuple[int, int], asyncio.Task[Sequence[Entry]]] = OrderedDict()

    async def above(
        self, after: GlobalPosition, limit: int, wait_seconds: float = 0.0
    ) -> Sequence[Entry]:
        """The next entries above ``after``, gapless and in order; empty at the head."""
        key = (after, limit)
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = asyncio.create_task(self._read(after, limit))
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        try:
            entries = await asyncio.shield(page)
        except Exception:
            self._pages.pop(key, None)
            raise
        if len(entries) < limit:  # the log will grow here
            self._pages.pop(key, None)
        return entries

    async def head(self) -> GlobalPosition:
        """The last position there is."""
        with outages():
            return await self._log.head()

    async def _read(self, after: GlobalPosition, limit: int) -> Sequence[Entry]:
        with outages():
            return [entry(row) for row in await self._log.read_rows(after, limit)]
