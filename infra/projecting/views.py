"""Every view we build, by name, over the stores of this process."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import asyncpg
from msgspec import Struct
from redis.asyncio import Redis

from infra.postgres.group_commit import GroupCommit
from infra.postgres.log import PostgresLog
from infra.postgres.views.api_key_store import PostgresApiKeyStore
from infra.postgres.views.schema_view import SchemaView
from infra.postgres.views.trade_store import PostgresTradeStore
from infra.redis.keyed_store import PREFIX, RedisKeyedStore
from projections.api_keys import ApiKeys
from projections.last_price import LastPrice
from projections.ports import Projection
from projections.trackings import Trackings
from projections.trades import Trades
from projections.wallet_activity import WalletActivity

VIEWS: Final = (
    WalletActivity.name,
    Trackings.name,
    LastPrice.name,
    Trades.name,
    ApiKeys.name,
)


class View(Struct, frozen=True):
    """A view's live store, and the projection that fills it or any build beside it."""

    name: str
    store: RedisKeyedStore | SchemaView
    over: Callable[[Any], Projection]  # Any: each view has its own kind of store

    @property
    def live(self) -> Projection:
        """The projection that fills what readers see."""
        return self.over(self.store)


def all_views(pool: asyncpg.Pool, client: Redis, *, prefix: str = PREFIX) -> Mapping[str, View]:
    """The views over these stores; nothing is opened."""
    log = reading_log(pool)

    def keyed(name: str) -> RedisKeyedStore:
        return RedisKeyedStore(client, name, prefix=prefix)

    def activity(store: RedisKeyedStore) -> Projection:
        return WalletActivity(store, log)

    views = (
        View(WalletActivity.name, keyed(WalletActivity.name), activity),
        View(Trackings.name, keyed(Trackings.name), Trackings),
        View(LastPrice.name, keyed(LastPrice.name), LastPrice),
        View(Trades.name, PostgresTradeStore(pool), Trades),
        View(ApiKeys.name, PostgresApiKeyStore(pool), ApiKeys),
    )
    return {view.name: view for view in views}


def reading_log(pool: asyncpg.Pool) -> PostgresLog:
    """The log for those who only read it: its writer never starts."""
    return PostgresLog(pool, GroupCommit(""))
