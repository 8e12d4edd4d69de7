"""Confirmed transactions become final, or are taken back, and nothing final ever is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

from domain.chain.decoder import decode_transaction
from infra.solana.fetching import Fetching
from infra.solana.received import Received
from infra.solana.rpc import SolanaRpc
from infra.solana.settling import Settling
from tests.infra.solana.hopping import Hopping
from tests.infra.solana.taking_in import TakingIn
from tests.support.made_transactions import swap

GO_ON = asyncio.Event()
"""Never set."""


@pytest.fixture
def intake(simulation: Hopping, pool: asyncpg.Pool, fresh_database: str) -> TakingIn:
    """Takes in what is confirmed from now on."""
    return TakingIn(simulation, pool, fresh_database)


@pytest.fixture
async def settling(
    rpc: SolanaRpc, received: Received, fresh_database: str
) -> AsyncIterator[Settling]:
    """The policy over a connection of its own."""
    connection = await asyncpg.connect(fresh_database)
    yield Settling(connection, rpc, Fetching(rpc, received, pause_seconds=0.001))
    await connection.close()


async def test_a_transaction_becomes_final_with_its_trades_when_its_block_does(
    simulation: Hopping, intake: TakingIn, settling: Settling
) -> None:
    await simulation.blocks(5)
    taken = await intake.take_in()
    assert taken > 0
    assert (await settling.round(GO_ON))["final"] == 0
    await simulation.blocks(40)
    assert (await settling.round(GO_ON))["final"] == taken
    assert set(map(tuple, (await intake.finality()).values())) == {("recorded", "finalized")}
    assert set(await intake.trades_said()) <= {("recorded", "finalized")}
    assert await settling.round(GO_ON) == {}


async def test_what_a_fork_dropped_is_retracted_and_the_rest_is_final(
    simulation: Hopping, intake: TakingIn, settling: Settling
) -> None:
    await simulation.misbehave("fork,amount=6")
    await simulation.blocks(20)
    await intake.take_in()
    dropped = {one["signature"] for one in (await simulation.look("dropped"))["dropped"]}
    assert dropped
    await simulation.blocks(50)
    await intake.take_in()
    await settling.round(GO_ON)
    said = await intake.finality()
    gone = {name for name, kinds in said.items() if "retracted" in kinds}
    final = {name for name, kinds in said.items() if kinds[-1] == "finalized"}
    on_chain = set[str]().union(*(one.keys() for one in simulation.final.values()))
    assert gone >= dropped - on_chain
    assert final <= on_chain
    assert not final & (dropped - on_chain)
    assert all(kinds.index("retracted") == 1 for kinds in said.values() if "retracted" in kinds)


async def test_a_trade_is_taken_back_together_with_its_transaction(
    simulation: Hopping, intake: TakingIn, settling: Settling
) -> None:
    await simulation.misbehave("fork,amount=20")
    await simulation.blocks(30)
    await intake.take_in()
    await simulation.blocks(50)
    await settling.round(GO_ON)
    retracted = {kinds for kinds in await intake.trades_said() if "retracted" in kinds}
    assert retracted == {("recorded", "retracted")}
    for recorded in await intake.events():
        if recorded.type == "trade.retracted.v1":
            place = recorded.event.place  # type: ignore[attr-defined]
            assert "retracted" in (await intake.finality())[place.signature]


async def test_a_node_that_does_not_know_a_signature_proves_nothing(
    simulation: Hopping, intake: TakingIn, settling: Settling, received: Received
) -> None:
    await simulation.blocks(60)
    await received.keep([swap(1)])  # of a time that the node no longer keeps
    await intake.decode()
    assert (await settling.round(GO_ON))["waiting"] == 1
    assert ["recorded"] in (await intake.finality()).values()


async def test_what_was_dropped_and_lands_again_is_reinstated_where_it_is(
    simulation: Hopping, intake: TakingIn, settling: Settling, received: Received
) -> None:
    await simulation.blocks(50)
    transaction = await _final_swap(simulation)
    signature, slot = transaction["transaction"]["signatures"][0], transaction["slot"]
    fork_slot = slot - 1
    elsewhere = transaction | {"slot": fork_slot}  # as it was confirmed, on the fork that lost
    await received.keep([msgspec.json.encode(elsewhere)])
    await intake.decode()
    await settling.round(GO_ON)
    kinds = (await intake.finality())[signature]
    assert kinds == ["recorded", "retracted", "reinstated", "finalized"]
    events = await intake.events()
    places = [
        (recorded.type, recorded.event.place.slot)  # type: ignore[attr-defined]
        for recorded in events
        if recorded.type.startswith("transaction.re")
    ]
    assert places == [
        ("transaction.recorded.v1", fork_slot),
        ("transaction.retracted.v1", fork_slot),
        ("transaction.reinstated.v1", slot),
    ]
    assert set(await intake.trades_said()) == {("recorded", "retracted", "reinstated", "finalized")}
    assert await settling.round(GO_ON) == {}


async def _final_swap(simulation: Hopping) -> dict[str, Any]:
    """A final transaction with trades, as a node tells it."""
    asked = {"encoding": "json", "maxSupportedTransactionVersion": 0}
    for payer in simulation.payers(20):
        for signature in simulation.final[payer]:
            found: dict[str, Any] = await simulation.rpc("getTransaction", signature, asked)
            if decode_transaction(msgspec.json.encode(found)).trades:
                return found
    raise AssertionError("no swap among the final transactions")
