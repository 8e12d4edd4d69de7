"""Subscriptions through ``solana``'s own WebSocket client."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from solana.rpc.commitment import Confirmed, Processed
from solana.rpc.jsonrpc import SolanaJsonRpcError
from solana.rpc.websocket_api import SolanaWsClient
from solders.pubkey import Pubkey
from solders.rpc.config import RpcTransactionLogsFilterMentions
from solders.signature import Signature

from tests.support.simulation import RunningSimulation, started

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def simulation() -> AsyncIterator[RunningSimulation]:
    """One chain for all: these tests only look at it and let it grow."""
    async with started() as running:
        yield running


async def received(client: Any, count: int) -> list[Any]:  # solders' notifications have no base
    async with asyncio.timeout(5):
        return [await client.recv() for _ in range(count)]


async def test_slots_are_told_as_they_come(simulation: RunningSimulation) -> None:
    async with SolanaWsClient(simulation.at.websocket) as client:
        subscribed = await client.slot_subscribe()
        await simulation.blocks(3)
        told = await received(client, 3)
        assert [note.result.slot for note in told] == sorted(note.result.slot for note in told)
        assert all(note.result.root < note.result.parent < note.result.slot for note in told)
        await client.unsubscribe(subscribed)


async def test_logs_of_one_address_wake_a_poller_at_its_commitment(
    simulation: RunningSimulation,
) -> None:
    wallet = await simulation.busiest()
    mentions = RpcTransactionLogsFilterMentions(Pubkey.from_string(wallet))
    async with SolanaWsClient(simulation.at.websocket) as client:
        await client.logs_subscribe(filter_=mentions, commitment=Confirmed)
        before = await simulation.rpc("getSlot", {"commitment": "confirmed"})
        await simulation.blocks(20)
        options = {"commitment": "confirmed", "minContextSlot": before}
        listed = await simulation.rpc("getSignaturesForAddress", wallet, options)
        wanted = [entry["signature"] for entry in listed if entry["slot"] > before][::-1]
        told = await received(client, len(wanted))
        assert sorted(str(note.result.value.signature) for note in told) == sorted(wanted)


async def test_an_account_is_told_when_it_changes(simulation: RunningSimulation) -> None:
    wallet = Pubkey.from_string(await simulation.busiest())
    async with SolanaWsClient(simulation.at.websocket) as client:
        await client.account_subscribe(pubkey=wallet, commitment=Processed, encoding="base64")
        await simulation.blocks(20)
        (told,) = await received(client, 1)
        assert told.result.value.lamports > 0


async def test_a_signature_is_told_once_and_at_once_when_it_has_settled(
    simulation: RunningSimulation,
) -> None:
    settled = (await simulation.transaction())["transaction"]["signatures"][0]
    async with SolanaWsClient(simulation.at.websocket) as client:
        await client.signature_subscribe(signature=Signature.from_string(settled))
        (told,) = await received(client, 1)
        assert told.result.value.err is None


async def test_a_signature_is_told_when_it_is_confirmed(simulation: RunningSimulation) -> None:
    processed = await simulation.rpc("getSlot", {"commitment": "processed"})
    fresh = simulation.box._history.block(processed)
    assert fresh is not None
    async with SolanaWsClient(simulation.at.websocket) as client:
        signature = Signature.from_string(fresh.transactions[0].signature)
        await client.signature_subscribe(signature=signature, commitment=Confirmed)
        await simulation.blocks(1)
        (told,) = await received(client, 1)
        assert told.result.context.slot == processed


async def test_an_outage_cuts_the_sockets(simulation: RunningSimulation) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(simulation.at.websocket) as socket,
    ):
        request = {"jsonrpc": "2.0", "id": 1, "method": "slotSubscribe"}
        await socket.send_json(request)
        assert (await socket.receive_json())["result"] > 0
        await simulation.misbehave("outage,service=rpc")
        await simulation.blocks(1)
        assert (await socket.receive(timeout=5)).type is not aiohttp.WSMsgType.TEXT
    await simulation.behave()


async def test_what_cannot_be_subscribed_is_refused(simulation: RunningSimulation) -> None:
    async with SolanaWsClient(simulation.at.websocket) as client:
        with pytest.raises(SolanaJsonRpcError, match="Method not found"):
            await client.vote_subscribe()


async def test_a_socket_also_answers_calls_and_unknown_ids(simulation: RunningSimulation) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(simulation.at.websocket) as socket,
    ):
        await socket.send_json({"jsonrpc": "2.0", "id": 1, "method": "getHealth"})
        assert (await socket.receive_json())["result"] == "ok"
        gone = {"jsonrpc": "2.0", "id": 2, "method": "slotUnsubscribe", "params": [99]}
        await socket.send_json(gone)
        assert (await socket.receive_json())["error"]["code"] == -32602
        await socket.send_str("{")
        assert (await socket.receive_json())["error"]["code"] == -32700
