"""The seven silent faults of a node's history, and the loud ones, each on request."""

import aiohttp
import pytest

from tests.support.simulation import RunningSimulation

UNKNOWN = "5" * 87


async def page(simulation: RunningSimulation, address: str, **options: object) -> list[str]:
    found = await simulation.rpc("getSignaturesForAddress", address, options)
    return [entry["signature"] for entry in found]


async def test_1_a_known_until_is_forgotten(simulation: RunningSimulation) -> None:
    wallet = await simulation.busiest()
    everything = await page(simulation, wallet)
    await simulation.misbehave("unknown-until,times=1")
    assert await page(simulation, wallet, until=everything[1]) == everything
    assert await page(simulation, wallet, until=everything[1]) == everything[:1]


async def test_2_a_page_is_empty(simulation: RunningSimulation) -> None:
    wallet = await simulation.busiest()
    await simulation.misbehave("empty-page,times=2")
    pages = [await page(simulation, wallet) for _ in range(3)]
    assert [bool(found) for found in pages] == [False, False, True]


async def test_3_a_slot_is_listed_in_another_order(simulation: RunningSimulation) -> None:
    await simulation.blocks(60)
    wallet = await simulation.busiest()
    right = await simulation.rpc("getSignaturesForAddress", wallet)
    await simulation.misbehave("slot-disorder")
    others = [await simulation.rpc("getSignaturesForAddress", wallet) for _ in range(8)]
    for other in others:
        assert [e["slot"] for e in other] == [e["slot"] for e in right]
        assert {e["signature"] for e in other} == {e["signature"] for e in right}
    if len({e["slot"] for e in right}) < len(right):
        assert any(other != right for other in others)


async def test_4_history_is_missing_and_then_there(simulation: RunningSimulation) -> None:
    wallet = await simulation.busiest()
    everything = await page(simulation, wallet)
    await simulation.misbehave("missing-history=50%")
    partly = await page(simulation, wallet)
    assert set(partly) < set(everything)
    (gone, *_) = [signature for signature in everything if signature not in partly]
    assert await simulation.rpc("getTransaction", gone) is None
    await simulation.behave()
    assert await page(simulation, wallet) == everything


async def test_4b_history_comes_late(simulation: RunningSimulation) -> None:
    await simulation.misbehave("late-history,amount=45")
    wallet = await simulation.busiest()
    options = {"commitment": "confirmed"}
    recent = await simulation.rpc("getSignaturesForAddress", wallet, options)
    slot = await simulation.rpc("getSlot", {"commitment": "processed"})
    assert all(entry["slot"] <= slot - 45 for entry in recent)
    await simulation.blocks(46)
    later = await simulation.rpc("getSignaturesForAddress", wallet, options)
    assert any(entry["slot"] > slot - 45 for entry in later)


async def test_5_lists_are_final_while_slots_are_not(simulation: RunningSimulation) -> None:
    wallet = await simulation.busiest()
    await simulation.misbehave("commitment-skew")
    final = await simulation.rpc("getSlot")
    options = {"commitment": "confirmed"}
    listed = await simulation.rpc("getSignaturesForAddress", wallet, options)
    assert await simulation.rpc("getSlot", options) > final
    assert all(entry["slot"] <= final for entry in listed)


async def test_6_too_many_requests(simulation: RunningSimulation) -> None:
    await simulation.misbehave("rate-limit,amount=3,times=1")
    body = {"jsonrpc": "2.0", "id": 1, "method": "getSlot"}
    async with simulation.http.post(simulation.at.rpc, json=body) as reply:
        assert (reply.status, reply.headers["Retry-After"]) == (429, "3")
        assert (await reply.json())["error"]["code"] == 429
    assert await simulation.rpc("getSlot") > 0


async def test_7_a_node_lags_and_says_it_is_well(simulation: RunningSimulation) -> None:
    options = {"commitment": "confirmed"}
    slot = await simulation.rpc("getSlot", options)
    await simulation.misbehave("lag,amount=8")
    behind = await simulation.rpc("getSlot", options)
    assert behind <= slot - 8
    assert await simulation.rpc("getHealth") == "ok"
    assert (await simulation.refused("getSlot", {**options, "minContextSlot": slot}))[0] == -32016


async def test_an_outage_closes_the_connection(simulation: RunningSimulation) -> None:
    (fault,) = await simulation.misbehave("outage,service=rpc")
    with pytest.raises(aiohttp.ClientError):
        await simulation.rpc("getSlot")
    status, _ = await simulation.helius("GET", "/v0/webhooks")
    assert status == 200
    async with simulation.http.delete(f"{simulation.at.control}/faults/{fault}") as reply:
        assert reply.status == 200
    assert await simulation.rpc("getSlot") > 0


async def test_faults_can_be_ordered_field_by_field_and_looked_at(
    simulation: RunningSimulation,
) -> None:
    armed = await simulation.order("faults", {"kind": "lag", "amount": 5, "times": 1})
    assert armed["armed"][0]["amount"] == 5
    await simulation.rpc("getSlot")
    assert (await simulation.look("faults/struck"))["struck"][0]["kind"] == "lag"
    assert len((await simulation.look("faults"))["kinds"]) == 17
    async with simulation.http.post(f"{simulation.at.control}/faults", json={"kind": 1}) as reply:
        assert reply.status == 400
