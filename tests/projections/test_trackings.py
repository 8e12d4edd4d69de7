"""Who follows which wallet."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from domain.values import GlobalPosition, Lamports
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from projections.trackings import (
    Trackings,
    decode_tracking,
    subscriber_place,
    tracking_place,
    watcher_place,
)
from projections.views import Tracking
from tests.projections.chronicle import ALICE, Chronicle
from tests.projections.memory_stores import MemoryKeyedStore

SUBSCRIBER = uuid4()
WISH = AlertPreferences(Lamports(5))


async def tracking(chronicle: Chronicle, tracking_id: UUID) -> Tracking | None:
    """The tracking, which must be the same in all three places."""
    store = MemoryKeyedStore()
    await Trackings(store).project(chronicle.recorded, after=GlobalPosition(0), upto=chronicle.head)
    places = (
        tracking_place(tracking_id),
        watcher_place(ALICE, tracking_id),
        subscriber_place(SUBSCRIBER, tracking_id),
    )
    found = {store.values.get(place) for place in places}
    assert len(found) == 1
    value = found.pop()
    return None if value is None else decode_tracking(value)


async def after(*decisions: Callable[[WalletSubscription], object]) -> Tracking | None:
    subscription = WalletSubscription.open(SUBSCRIBER, ALICE, WISH)
    for decide in decisions:
        decide(subscription)
    return await tracking(Chronicle().add(subscription), subscription.id)


async def test_an_opened_one_is_found_by_wallet_and_by_subscriber() -> None:
    found = await after()
    assert found is not None
    assert (found.wallet, found.subscriber_id, found.preferences) == (ALICE, SUBSCRIBER, WISH)
    assert (found.paused, found.version) == (False, 1)


async def test_changes_are_seen_with_their_version() -> None:
    wish = AlertPreferences(Lamports(9), new_tokens=False)
    found = await after(WalletSubscription.pause, lambda one: one.change_preferences(wish))
    assert found is not None
    assert (found.paused, found.preferences, found.version) == (True, wish, 3)


async def test_a_resumed_one_is_not_paused() -> None:
    found = await after(WalletSubscription.pause, WalletSubscription.resume)
    assert found is not None
    assert not found.paused


async def test_a_closed_one_is_gone() -> None:
    assert await after(WalletSubscription.close) is None


async def test_a_reopened_one_is_back_and_not_paused() -> None:
    found = await after(
        WalletSubscription.pause, WalletSubscription.close, lambda one: one.reopen(WISH)
    )
    assert found is not None
    assert (found.paused, found.version) == (False, 4)


async def test_a_change_to_one_that_was_never_opened_is_an_error() -> None:
    subscription = WalletSubscription.open(SUBSCRIBER, ALICE, WISH)
    subscription.pause()
    recorded = Chronicle().add(subscription).recorded[1:]
    with pytest.raises(LookupError, match="is not open"):
        await Trackings(MemoryKeyedStore()).project(
            recorded, after=GlobalPosition(0), upto=GlobalPosition(2)
        )
