"""Questions about wallets, prices and trackings, answered from what was projected."""

from uuid import uuid4

from redis.asyncio import Redis

from domain.values import WRAPPED_SOL, BaseUnits, GlobalPosition, Lamports
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from infra.redis.keyed_store import RedisKeyedStore
from infra.redis.price_query import RedisPriceQuery
from infra.redis.tracking_query import RedisTrackingQuery
from infra.redis.wallet_query import RedisWalletQuery
from projections.last_price import LastPrice
from projections.ports import Projection
from projections.trackings import Trackings
from projections.views import Holding, WalletProfile
from projections.wallet_activity import WalletActivity
from tests.projections.chronicle import (
    ALICE,
    BOB,
    BONK,
    USDC,
    Chronicle,
    at,
    held,
    lamports,
    sol,
    trade,
    transaction,
    units,
)

START = GlobalPosition(0)


async def project(projection: Projection, chronicle: Chronicle) -> None:
    await projection.project(chronicle.recorded, after=START, upto=chronicle.head)


async def test_a_wallet_is_shown_with_what_it_did_and_holds(client: Redis, prefix: str) -> None:
    store = RedisKeyedStore(client, "wallet-activity-v1", prefix=prefix)
    chronicle = Chronicle().add(
        transaction(at(5), lamports(9, 4), held(0, 7, account="one"), held(0, 5, account="two")),
        transaction(at(6), lamports(4, 3), held(5, 6, account="two"), failed=True),
        trade(at(6), sol(1), units(2)),
    )
    await project(WalletActivity(store, chronicle), chronicle)
    query = RedisWalletQuery(store)
    assert await query.profile(ALICE) == WalletProfile(
        address=ALICE,
        balance=Lamports(3),
        transaction_count=2,
        failed_count=1,
        trade_count=1,
        first_seen=at(5).block_time,
        last_activity=at(6).block_time,
        slot=at(6).slot,
    )
    assert await query.holdings(ALICE) == [Holding(BONK, BaseUnits(13), 6, at(6).slot)]


async def test_what_a_wallet_no_longer_holds_is_left_out(client: Redis, prefix: str) -> None:
    store = RedisKeyedStore(client, "wallet-activity-v1", prefix=prefix)
    chronicle = Chronicle().add(transaction(at(5), held(7, 0)))
    await project(WalletActivity(store, chronicle), chronicle)
    assert await RedisWalletQuery(store).holdings(ALICE) == []


async def test_an_unknown_wallet_has_no_profile(client: Redis, prefix: str) -> None:
    query = RedisWalletQuery(RedisKeyedStore(client, "wallet-activity-v1", prefix=prefix))
    assert await query.profile(BOB) is None
    assert await query.holdings(BOB) == []


async def test_prices_are_given_in_the_order_asked(client: Redis, prefix: str) -> None:
    store = RedisKeyedStore(client, "last-price-v1", prefix=prefix)
    chronicle = Chronicle().add(
        trade(at(5), sol(30), units(20)), trade(at(6), sol(7), units(900, USDC))
    )
    await project(LastPrice(store), chronicle)
    query = RedisPriceQuery(store)
    found = await query.last_prices([WRAPPED_SOL, USDC, BONK, WRAPPED_SOL])
    assert [price and price.quote_amount for price in found] == [900, None, 30, 900]
    assert await query.last_prices([]) == []


async def test_trackings_are_found_from_both_ends_oldest_first(client: Redis, prefix: str) -> None:
    store = RedisKeyedStore(client, "trackings-v1", prefix=prefix)
    somebody, wish = uuid4(), AlertPreferences(Lamports(1))
    first = WalletSubscription.open(somebody, ALICE, wish)
    second = WalletSubscription.open(somebody, BOB, wish)
    other = WalletSubscription.open(uuid4(), ALICE, wish)
    first.pause()
    await project(Trackings(store), Chronicle().add(first, second, other))
    query = RedisTrackingQuery(store)
    mine, watching = await query.trackings_of(somebody), await query.watchers_of(ALICE)
    assert [one.wallet for one in mine] == [ALICE, BOB]
    assert [(one.tracking_id, one.paused) for one in watching] == [
        (first.id, True),
        (other.id, False),
    ]
    assert await query.tracking(second.id) == mine[1]
    assert await query.tracking(uuid4()) is None
