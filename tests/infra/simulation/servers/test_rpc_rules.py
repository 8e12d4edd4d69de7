"""The rules of a node that have no method of their own: paging, versions, refusals, batches."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.simulation import RunningSimulation, started

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulation() -> AsyncIterator[RunningSimulation]:
    """One chain for all: these tests only look at it and let it grow."""
    async with started() as running:
        yield running


UNKNOWN = "5" * 87
"""A well-formed signature of nothing."""


async def page(simulation: RunningSimulation, address: str, **options: object) -> list[str]:
    found = await simulation.rpc("getSignaturesForAddress", address, options)
    return [entry["signature"] for entry in found]


async def test_until_ends_a_page_and_before_starts_it(simulation: RunningSimulation) -> None:
    wallet = await simulation.busiest()
    everything = await page(simulation, wallet)
    assert await page(simulation, wallet, until=everything[2]) == everything[:2]
    assert await page(simulation, wallet, before=everything[1]) == everything[2:]
    assert await page(simulation, wallet, limit=1) == everything[:1]


async def test_an_until_nobody_knows_gives_the_newest_page_and_no_error(
    simulation: RunningSimulation,
) -> None:
    wallet = await simulation.busiest()
    assert await page(simulation, wallet, until=UNKNOWN) == await page(simulation, wallet)


async def test_a_before_nobody_knows_gives_an_empty_page(simulation: RunningSimulation) -> None:
    assert await page(simulation, await simulation.busiest(), before=UNKNOWN) == []


async def test_the_usual_commitment_is_finalized(simulation: RunningSimulation) -> None:
    wallet = await simulation.busiest()
    await simulation.blocks(5)
    finalized = await page(simulation, wallet)
    confirmed = await page(simulation, wallet, commitment="confirmed")
    assert confirmed[-len(finalized) :] == finalized
    assert len(confirmed) > len(finalized)


async def test_a_slot_nobody_has_seen_is_refused(simulation: RunningSimulation) -> None:
    slot = await simulation.rpc("getSlot")
    code, _ = await simulation.refused("getSlot", {"minContextSlot": slot + 1})
    assert code == -32016


async def test_a_version_0_transaction_needs_a_client_that_says_it_reads_them(
    simulation: RunningSimulation,
) -> None:
    slot = await simulation.rpc("getSlot")
    for candidate in await simulation.rpc("getBlocks", slot - 8, slot):
        block = await simulation.rpc("getBlock", candidate, {"maxSupportedTransactionVersion": 0})
        versions = {entry["version"] for entry in block["transactions"]}
        if versions <= {"legacy"}:
            assert await simulation.rpc("getBlock", candidate)
        else:
            code, message = await simulation.refused("getBlock", candidate)
            assert code == -32015
            assert "maxSupportedTransactionVersion" in message


async def test_blocks_come_in_the_detail_asked_for(simulation: RunningSimulation) -> None:
    slot = await simulation.rpc("getSlot")
    options = {"maxSupportedTransactionVersion": 0, "rewards": False}
    signatures = await simulation.rpc(
        "getBlock", slot, {**options, "transactionDetails": "signatures"}
    )
    none = await simulation.rpc("getBlock", slot, {**options, "transactionDetails": "none"})
    full = await simulation.rpc("getBlock", slot, options)
    assert signatures["signatures"] == [
        entry["transaction"]["signatures"][0] for entry in full["transactions"]
    ]
    assert "transactions" not in none
    assert "rewards" not in none


REFUSED: list[tuple[str, list[object], int]] = [
    ("getNothing", [], -32601),
    ("getBlock", [], -32602),
    ("getBlock", [99], -32001),
    ("getBlock", [10**12], -32004),
    ("getBlock", [1, {"commitment": "sure"}], -32602),
    ("getBlock", [1, {"commitment": "processed"}], -32602),
    ("getTransaction", ["abc"], -32602),
    ("getTransaction", ["!!"], -32602),
    ("getTransaction", [7], -32602),
    ("getSignaturesForAddress", ["1" * 32, {"limit": 1001}], -32602),
    ("getSignaturesForAddress", ["1" * 32, {"limit": 0}], -32602),
    ("getSignaturesForAddress", ["nobody"], -32602),
    ("getMultipleAccounts", [["1" * 32] * 101], -32602),
    ("getSignatureStatuses", [[UNKNOWN] * 257], -32602),
    ("getTokenSupply", ["1" * 32], -32602),
    ("getTokenAccountBalance", ["1" * 32], -32602),
    ("getTokenAccountsByOwner", ["1" * 32, {}], -32602),
    ("getTokenAccountsByOwner", ["1" * 32, {"mint": "1" * 32}], -32602),
]


async def test_what_a_node_refuses(simulation: RunningSimulation) -> None:
    for method, params, code in REFUSED:
        assert (await simulation.refused(method, *params))[0] == code, (method, params)


async def test_a_skipped_slot_is_no_block(simulation: RunningSimulation) -> None:
    first = await simulation.rpc("getFirstAvailableBlock")
    last = await simulation.rpc("getSlot")
    made = set(await simulation.rpc("getBlocks", first, last))
    for slot in set(range(first, last)) - made:
        assert (await simulation.refused("getBlock", slot))[0] == -32007


async def test_a_batch_answers_each_and_nonsense_answers_once(
    simulation: RunningSimulation,
) -> None:
    batch = [
        {"jsonrpc": "2.0", "id": "a", "method": "getSlot"},
        {"jsonrpc": "2.0", "id": 2, "method": "getNothing"},
        {"id": 3, "method": "getSlot"},
        17,
    ]
    async with simulation.http.post(simulation.at.rpc, json=batch) as reply:
        answers = await reply.json()
    assert [a["id"] for a in answers] == ["a", 2, None, None]
    assert [a.get("error", {}).get("code") for a in answers] == [None, -32601, -32600, -32600]
    for body, code in ((b"{", -32700), (b"[]", -32600), (b"7", -32600)):
        async with simulation.http.post(simulation.at.rpc, data=body) as reply:
            assert (await reply.json())["error"]["code"] == code


async def test_every_answer_says_it_is_simulated(simulation: RunningSimulation) -> None:
    async with simulation.http.get(f"{simulation.at.rpc}/health") as reply:
        assert reply.headers["X-Simulated"] == "true"
        assert await reply.text() == "ok"
