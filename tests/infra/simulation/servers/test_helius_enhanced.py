"""The enhanced transactions API."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.simulation import RunningSimulation, started

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulation() -> AsyncIterator[RunningSimulation]:
    """One chain for all: these tests only look at it."""
    async with started(warm_up_blocks=90) as running:
        await running.order("helius", {"requestsASecond": 1_000})
        yield running


async def page(simulation: RunningSimulation, wallet: str, query: str = "") -> list[Any]:
    path = f"/v0/addresses/{wallet}/transactions?limit=100{query}"
    status, found = await simulation.helius("GET", path)
    assert status == 200, found
    transactions: list[Any] = found
    return transactions


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def busy(simulation: RunningSimulation) -> str:
    return await simulation.busiest()


async def test_signatures_are_parsed(simulation: RunningSimulation, busy: str) -> None:
    listed = await simulation.rpc("getSignaturesForAddress", busy, {"limit": 5})
    signatures = [entry["signature"] for entry in listed]
    body = {"transactions": [*signatures, "5" * 87]}
    status, found = await simulation.helius("POST", "/v0/transactions", body)
    assert status == 200
    assert [t["signature"] for t in found] == signatures
    assert (await simulation.helius("POST", "/v0/transactions", {"transactions": []}))[0] == 400
    many = {"transactions": ["1"] * 101}
    assert (await simulation.helius("POST", "/v0/transactions", many))[0] == 400


async def test_a_history_is_paged_both_ways(simulation: RunningSimulation, busy: str) -> None:
    everything = await page(simulation, busy)
    signatures = [t["signature"] for t in everything]
    listed = await simulation.rpc("getSignaturesForAddress", busy, {"limit": 100})
    assert signatures == [entry["signature"] for entry in listed]
    upwards = await page(simulation, busy, "&sort-order=asc")
    assert upwards[0]["slot"] <= upwards[-1]["slot"]
    below = await page(simulation, busy, f"&before-signature={signatures[1]}")
    assert [t["signature"] for t in below[:2]] == signatures[2:4]
    above = await page(simulation, busy, f"&after-signature={signatures[2]}")
    assert [t["signature"] for t in above] == signatures[:2]


async def test_slots_and_times_filter_but_not_together(
    simulation: RunningSimulation, busy: str
) -> None:
    everything = await page(simulation, busy)
    slot, time = everything[2]["slot"], everything[2]["timestamp"]
    assert all(t["slot"] >= slot for t in await page(simulation, busy, f"&gte-slot={slot}"))
    assert all(t["timestamp"] < time for t in await page(simulation, busy, f"&lt-time={time}"))
    path = f"/v0/addresses/{busy}/transactions?gt-slot=1&lt-time=9"
    assert (await simulation.helius("GET", path))[0] == 400


async def test_bad_queries_are_refused(simulation: RunningSimulation, busy: str) -> None:
    for query in ("limit=0", "limit=101", "limit=x", "sort-order=up", "commitment=processed"):
        path = f"/v0/addresses/{busy}/transactions?{query}"
        assert (await simulation.helius("GET", path))[0] == 400, query


async def test_a_search_that_finds_nothing_says_where_to_go_on(
    simulation: RunningSimulation, busy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.simulation.servers.helius.enhanced.SEARCHED_MAX", 3)
    everything = await page(simulation, busy)
    path = f"/v0/addresses/{busy}/transactions?type=NFT_MINT"
    status, refusal = await simulation.helius("GET", path)
    assert status == 400
    message = refusal["error"]["message"]
    assert message.startswith("Failed to find events within the search period")
    assert f"`before-signature` parameter set to {everything[2]['signature']}" in message


async def test_an_address_that_is_none_is_refused(simulation: RunningSimulation) -> None:
    assert (await simulation.helius("GET", "/v0/addresses/nobody/transactions"))[0] == 400
