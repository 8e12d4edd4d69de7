"""What holds for every view and every history: batches, repeats and restarts change nothing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.aggregate import Aggregate
from domain.errors import DomainError
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from projections.api_keys import ApiKeys
from projections.last_price import LastPrice
from projections.ports import Projection
from projections.trackings import Trackings
from projections.trades import Trades
from projections.wallet_activity import WalletActivity
from tests.projections.chronicle import Chronicle
from tests.projections.memory_stores import MemoryApiKeyStore, MemoryKeyedStore, MemoryTradeStore
from tests.support import strategies
from tests.support.strategies import History


class Built(Protocol):
    """A projection and a look into its store."""

    def __call__(self, chronicle: Chronicle) -> tuple[Projection, Callable[[], Mapping[Any, Any]]]:
        """Over a new and empty store."""


def wallet_activity(chronicle: Chronicle) -> tuple[Projection, Callable[[], Mapping[Any, Any]]]:
    store = MemoryKeyedStore()
    return WalletActivity(store, chronicle), lambda: store.values


def last_price(chronicle: Chronicle) -> tuple[Projection, Callable[[], Mapping[Any, Any]]]:
    store = MemoryKeyedStore()
    return LastPrice(store), lambda: store.values


def trackings(chronicle: Chronicle) -> tuple[Projection, Callable[[], Mapping[Any, Any]]]:
    store = MemoryKeyedStore()
    return Trackings(store), lambda: store.values


def trades(chronicle: Chronicle) -> tuple[Projection, Callable[[], Mapping[Any, Any]]]:
    store = MemoryTradeStore()
    return Trades(store), lambda: store.views


def api_keys(chronicle: Chronicle) -> tuple[Projection, Callable[[], Mapping[Any, Any]]]:
    store = MemoryApiKeyStore()
    return ApiKeys(store), lambda: store.keys


VIEWS = (wallet_activity, last_price, trackings, trades, api_keys)
HISTORIES = st.lists(
    st.one_of(strategies.transactions, strategies.trades, strategies.subscriptions),
    min_size=1,
    max_size=5,
    unique_by=lambda history: history.begin().id,
)


def recorded(histories: Sequence[History]) -> Chronicle:
    """All that those aggregates decided, interleaved."""
    chronicle = Chronicle()
    running = [(history.begin(), list(history.decisions)) for history in histories]
    chronicle.add(*(aggregate for aggregate, _ in running))
    while any(decisions for _, decisions in running):
        for aggregate, decisions in running:
            if decisions:
                chronicle.add(asked(aggregate, decisions.pop(0)))
    return chronicle


def asked(aggregate: Aggregate, decision: strategies.Decision) -> Aggregate:
    """The aggregate after the decision; a refusal decides nothing."""
    with suppress(DomainError):
        decision.ask(aggregate)
    return aggregate


def handled(projection: Projection, events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    return [one for one in events if isinstance(one.event, projection.handles)]


async def fold(build: Built, chronicle: Chronicle, cuts: Sequence[int]) -> Mapping[Any, Any]:
    """The view after projecting in batches that end at the cuts, each delivered twice."""
    projection, look = build(chronicle)
    ends = [*sorted({cut for cut in cuts if 0 < cut < chronicle.head}), chronicle.head]
    after = GlobalPosition(0)
    for end in ends:
        upto = GlobalPosition(end)
        events = handled(projection, chronicle.recorded[after:end])
        assert await projection.project(events, after=after, upto=upto) == upto
        assert await projection.project(events, after=after, upto=upto) == upto  # redelivered
        after = upto
    return look()


@pytest.mark.parametrize("build", VIEWS)
@settings(max_examples=40, deadline=None)
@given(histories=HISTORIES, cuts=st.lists(st.integers(1, 40), max_size=6))
def test_batches_and_redelivery_change_nothing(
    build: Built, histories: list[History], cuts: list[int]
) -> None:
    chronicle = recorded(histories)
    whole = asyncio.run(fold(build, chronicle, ()))
    assert asyncio.run(fold(build, chronicle, cuts)) == whole


@pytest.mark.parametrize("build", VIEWS)
@settings(max_examples=20, deadline=None)
@given(histories=HISTORIES, stop=st.integers(1, 20))
def test_a_lost_view_rebuilt_equals_the_live_one(
    build: Built, histories: list[History], stop: int
) -> None:
    chronicle = recorded(histories)

    async def lost_and_rebuilt() -> Mapping[Any, Any]:
        projection, look = build(chronicle)
        part = chronicle.recorded[:stop]
        await projection.project(
            handled(projection, part), after=GlobalPosition(0), upto=GlobalPosition(len(part))
        )
        await projection.reset()
        await projection.project(
            handled(projection, chronicle.recorded), after=GlobalPosition(0), upto=chronicle.head
        )
        return look()

    assert asyncio.run(lost_and_rebuilt()) == asyncio.run(fold(build, chronicle, ()))
