"""Every view we build, by name, over the stores of this process."""

from collections.abc import Callable, Mapping
from typing import Final

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


class KeyedView(Struct, frozen=True):
    """A view in Redis, and the projection that fills any build of it."""

    name: str
    store: RedisKeyedStore
    over: Callable[[RedisKeyedStore], Projection]


class TableView(Struct, frozen=True):
    """A view in Postgres, and the projection that fills any build of it."""

    name: str
    store: SchemaView
    over: Callable[[SchemaView], Projection]


View = KeyedView | TableView


def live(view: View) -> Projection:
    """The projection that fills what readers see."""
    match view:
        case KeyedView(store=keyed, over=over_keyed):
            return over_keyed(keyed)
        case TableView(store=tables, over=over_tables):
            return over_tables(tables)


def all_views(pool: asyncpg.Pool, client: Redis, *, prefix: str = PREFIX) -> Mapping[str, View]:
    """The views over these stores; nothing is opened."""
    log = reading_log(pool)

    def keyed(name: str, over: Callable[[RedisKeyedStore], Projection]) -> View:
        return KeyedView(name, RedisKeyedStore(client, name, prefix=prefix), over)

    views: tuple[View, ...] = (
        keyed(WalletActivity.name, lambda store: WalletActivity(store, log)),
        keyed(Trackings.name, Trackings),
        keyed(LastPrice.name, LastPrice),
        TableView(Trades.name, PostgresTradeStore(pool), Trades),  # type: ignore[arg-type]
        TableView(ApiKeys.name, PostgresApiKeyStore(pool), ApiKeys),  # type: ignore[arg-type]
    )
    return {view.name: view for view in views}


def reading_log(pool: asyncpg.Pool) -> PostgresLog:
    """The log for those who only read it: its writer never starts."""
    return PostgresLog(pool, GroupCommit(""))
