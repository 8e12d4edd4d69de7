"""Answers who follows what."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.values import WalletAddress
from infra.redis.keyed_store import RedisKeyedStore
from projections.ports import Place
from projections.trackings import decode_tracking, subscriber_place, tracking_place, watcher_place
from projections.views import Tracking

LISTED_MAX: Final = 10_000
"""Trackings returned at once; a wallet with more watchers is shown with about that many."""
_ANY: Final = UUID(int=0)


class RedisTrackingQuery:
    """Reads the view ``trackings-v1``."""

    def __init__(self, store: RedisKeyedStore) -> None:
        self._store = store

    async def tracking(self, tracking_id: UUID) -> Tracking | None:
        """One open tracking, or None."""
        place = tracking_place(tracking_id)
        found = (await self._store.read((place,))).values[place]
        return None if found is None else decode_tracking(found)

    async def trackings_of(self, subscriber_id: UUID) -> Sequence[Tracking]:
        """A user's open trackings, oldest first."""
        return await self._listed(subscriber_place(subscriber_id, _ANY))

    async def watchers_of(self, wallet: WalletAddress) -> Sequence[Tracking]:
        """Who follows a wallet, paused ones included."""
        return await self._listed(watcher_place(wallet, _ANY))

    async def _listed(self, place: Place) -> Sequence[Tracking]:
        found = await self._store.list(place.key, LISTED_MAX)
        trackings = [decode_tracking(value) for value in found.values()]
        return sorted(trackings, key=lambda tracking: (tracking.opened_at, tracking.tracking_id))
