"""Everything that answers questions about views, over the stores of this process."""

import asyncio
from collections.abc import Mapping
from typing import Final

import asyncpg
from msgspec import Struct
from redis.asyncio import Redis

from domain.values import GlobalPosition
from infra.postgres.views.api_key_query import PostgresApiKeyQuery
from infra.postgres.views.trade_query import PostgresTradeQuery
from infra.projecting.views import all_views
from infra.redis.keyed_store import PREFIX, RedisKeyedStore
from infra.redis.price_query import RedisPriceQuery
from infra.redis.tracking_query import RedisTrackingQuery
from infra.redis.wallet_query import RedisWalletQuery
from projections.last_price import LastPrice
from projections.ports import Projection
from projections.queries import ApiKeyQuery, PriceQuery, TradeQuery, WalletQuery
from projections.trackings import Trackings
from projections.wallet_activity import WalletActivity

FIRST_LOOK_SECONDS: Final = 0.002
"""A view usually has an event within some milliseconds of its commit."""
LOOK_SECONDS_MAX: Final = 0.05


class ViewCheckpoints:
    """How far each view is, by asking its store."""

    def __init__(self, projections: Mapping[str, Projection]) -> None:
        self._projections = projections

    async def positions(self) -> Mapping[str, GlobalPosition]:
        """Every view's checkpoint; raises StoreUnavailable when a store is away."""
        positions = await asyncio.gather(
            *(projection.checkpoint() for projection in self._projections.values())
        )
        return dict(zip(self._projections, positions, strict=True))

    async def wait_for(
        self, projection: str, position: GlobalPosition, timeout_seconds: float
    ) -> bool:
        """Wait until the projection has applied ``position``; False when time ran out."""
        clock = asyncio.get_running_loop().time
        deadline, pause = clock() + timeout_seconds, FIRST_LOOK_SECONDS
        while await self._projections[projection].checkpoint() < position:
            if clock() + pause > deadline:
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 2, LOOK_SECONDS_MAX)
        return True


class ReadModels(Struct, frozen=True):
    """One adapter for each query port."""

    wallets: WalletQuery
    trades: TradeQuery
    prices: PriceQuery
    trackings: RedisTrackingQuery
    api_keys: ApiKeyQuery
    checkpoints: ViewCheckpoints


def read_models(pool: asyncpg.Pool, client: Redis, *, prefix: str = PREFIX) -> ReadModels:
    """The queries over these stores; nothing is opened."""

    def keyed(view: str) -> RedisKeyedStore:
        return RedisKeyedStore(client, view, prefix=prefix)

    views = all_views(pool, client, prefix=prefix)
    return ReadModels(
        wallets=RedisWalletQuery(keyed(WalletActivity.name)),
        trades=PostgresTradeQuery(pool),
        prices=RedisPriceQuery(keyed(LastPrice.name)),
        trackings=RedisTrackingQuery(keyed(Trackings.name)),
        api_keys=PostgresApiKeyQuery(pool),
        checkpoints=ViewCheckpoints({name: view.live for name, view in views.items()}),
    )
