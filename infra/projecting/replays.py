"""A view built again beside the live one, to compare with it or to replace it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from domain.values import GlobalPosition
from infra.postgres.parking import CollectedParking, PostgresParking
from infra.postgres.views.schema_view import SchemaView
from infra.projecting.claims import lock_key
from infra.projecting.comparison import Comparison
from infra.projecting.keyed_comparison import compare_keyed
from infra.projecting.pages import LogPages
from infra.projecting.table_comparison import compare_tables
from infra.projecting.views import View, reading_log
from infra.redis.keyed_store import RedisKeyedStore
from projections.entry import Entry
from projections.ports import StoreUnavailable
from projections.runner import Runner

STRIDE: Final = 5_000
"""Events between two reports of progress."""

OnProgress = Callable[[GlobalPosition, GlobalPosition], None]
"""Hears the position reached and the one aimed for."""


class ViewMoved(Exception):
    """The view went back while it was compared: it was lost or rebuilt. Ask again."""


class ReplayUnderWay(Exception):
    """Somebody verifies or rebuilds the view already."""

    def __init__(self, view: str) -> None:
        super().__init__(f"{view} is being verified or rebuilt by another command; wait for it")


PROBLEMS: Final = (StoreUnavailable, ViewMoved, ReplayUnderWay)
"""What an operator can do something about; each says what."""


class Replay:
    """One build aside, and the projection that fills it."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        view: View,
        store: RedisKeyedStore | SchemaView,
        on_progress: OnProgress,
    ) -> None:
        self._pool = pool
        self._view = view
        self._store = store
        self._on_progress = on_progress
        self._parking = CollectedParking()
        self._reached = GlobalPosition(0)
        self._is_live = False
        self._feed = LogPages(reading_log(pool))
        self._runner = Runner(view.over(store), self._feed, self._parking, _Quiet())

    async def advance(self, upto: GlobalPosition) -> None:
        """Replay to exactly there; raises ViewMoved when it is further already."""
        if upto < self._reached:
            raise ViewMoved(f"{self._view.name} went back from {self._reached} to {upto}")
        while self._reached < upto:
            step = GlobalPosition(min(upto, self._reached + STRIDE))
            await self._runner.advance(step)
            self._reached = step
            self._on_progress(step, upto)

    async def catch_up(self) -> None:
        """Replay to the head of the log."""
        await self.advance(max(self._reached, await self._feed.head()))

    async def compare(self) -> Comparison:
        """Compare with what readers see."""
        name, live = self._view.name, self._view.store
        checkpoint, head = await self._view.live.checkpoint(), await self._feed.head()
        if checkpoint > head:
            why = f"the view is at {checkpoint}, the log ends at {head}: it is another log's view"
            return Comparison(name, checkpoint, 0, "another log's", "", (why,))
        if isinstance(live, RedisKeyedStore) and isinstance(self._store, RedisKeyedStore):
            return await compare_keyed(name, live, self._store, self.advance)
        assert isinstance(live, SchemaView)
        assert isinstance(self._store, SchemaView)
        return await compare_tables(self._pool, name, live, self._store, self.advance)

    async def take_over(self) -> None:
        """Let readers, and the projection, go over to this build; what it could not apply
        replaces what was parked before."""
        checkpoint, head = await self._view.live.checkpoint(), await self._feed.head()
        await self.advance(max(self._reached, min(checkpoint, head)))
        await self._store.take_over()
        self._is_live = True
        parking = PostgresParking(self._pool)
        await parking.replace(self._view.name, self._reached, self._parking.entries)

    async def discard(self) -> None:
        """Throw this build away, unless it took over."""
        if not self._is_live:
            await self._store.discard()


async def rebuild(pool: asyncpg.Pool, view: View, on_progress: OnProgress) -> Comparison:
    """Build the view again, let the new build take over, and tell how the old one differed.

    Parked events are tried again on the way. Nothing is sent to anybody.
    """
    async with _aside(pool, view, on_progress) as replay:
        comparison = await replay.compare()
        await replay.catch_up()
        await replay.take_over()
    return comparison


async def check(pool: asyncpg.Pool, view: View, on_progress: OnProgress) -> Comparison:
    """Compare the view with a replay of the log from its beginning."""
    async with _aside(pool, view, on_progress) as replay:
        return await replay.compare()


@asynccontextmanager
async def _aside(pool: asyncpg.Pool, view: View, on_progress: OnProgress) -> AsyncIterator[Replay]:
    """A build aside, gone afterwards unless it took over; one at a time for each view."""
    lock = lock_key(f"{view.name} aside")
    async with pool.acquire() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):
            raise ReplayUnderWay(view.name)
        try:
            replay = Replay(pool, view, await view.store.aside(), on_progress)
            try:
                yield replay
            finally:
                await replay.discard()
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", lock)


class _Quiet:
    """Nobody watches a build aside; what it parks is told in the end."""

    def moved(self, position: GlobalPosition, events: int) -> None:
        """Told by who asked for it."""

    def parked(self, entry: Entry, error: Exception) -> None:
        """Collected by the parking lot."""

    def waiting(self, error: Exception) -> None:
        """Raised to the caller instead."""
