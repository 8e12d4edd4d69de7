"""The client of several endpoints: what it asks, whom, and when it gives up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from infra.solana import endpoint as endpoints_module
from infra.solana.errors import RpcBehind, RpcRefused, RpcUnavailable
from infra.solana.rpc import SolanaRpc
from infra.solana.token_bucket import TokenBucket
from tests.infra.solana.conftest import FAST
from tests.support.made_transactions import address
from tests.support.simulation import RunningSimulation

NOBODY = address("nobody")
RESTLESS = 0.001


async def test_a_transaction_is_handed_over_as_the_node_wrote_it(
    simulation: RunningSimulation, rpc: SolanaRpc
) -> None:
    signature = (await simulation.transaction())["transaction"]["signatures"][0]
    (raw, nothing), endpoint = await rpc.transactions([signature, "5" * 88])
    asked = {"encoding": "json", "maxSupportedTransactionVersion": 0, "commitment": "confirmed"}
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "getTransaction",
        "params": [signature, asked],
    }
    async with simulation.http.post(simulation.at.rpc, json=body) as reply:
        text = await reply.read()
    assert raw is not None
    assert raw in text
    assert nothing is None
    assert endpoint in simulation.at.rpc


async def test_another_endpoint_is_asked_when_one_refuses_connections(
    simulation: RunningSimulation,
) -> None:
    async with SolanaRpc.open(["http://127.0.0.1:9", simulation.at.rpc], FAST) as rpc:
        assert await rpc.slot() > 0
        assert (await rpc.signatures(NOBODY, commitment="finalized")).entries == []


async def test_nobody_answering_is_told_after_a_bounded_number_of_tries() -> None:
    async with SolanaRpc.open(["http://127.0.0.1:9"], FAST) as rpc:
        rpc.endpoints.all[0].rest(1_000.0)
        assert rpc.endpoints.all[0].rest_seconds <= endpoints_module.REST_SECONDS_MAX
        with pytest.raises(RpcUnavailable):
            await rpc.slot()


async def test_a_rate_limit_is_waited_out_for_as_long_as_it_says(
    simulation: RunningSimulation, rpc: SolanaRpc
) -> None:
    await simulation.misbehave("rate-limit,times=1,amount=0,service=rpc")
    assert (await rpc.signatures(NOBODY, commitment="finalized")).entries == []
    await simulation.misbehave("rate-limit,times=1,amount=7,service=rpc")
    asked = asyncio.create_task(rpc.signatures(NOBODY, commitment="finalized"))
    while rpc.endpoints.all[0].rest_seconds == 0:
        await asyncio.sleep(0.001)
    assert 6 < rpc.endpoints.all[0].rest_seconds <= 7
    asked.cancel()


async def test_a_node_below_the_slot_asked_for_is_not_believed(
    simulation: RunningSimulation, rpc: SolanaRpc
) -> None:
    await simulation.blocks(60)
    tip = await rpc.slot()
    await simulation.misbehave("lag,amount=15")
    with pytest.raises(RpcBehind):
        await rpc.signatures(NOBODY, commitment="finalized", min_slot=tip)


async def test_a_lagging_endpoint_comes_after_the_others(simulation: RunningSimulation) -> None:
    async with SolanaRpc.open(["http://127.0.0.1:9/old", simulation.at.rpc], FAST) as rpc:
        await rpc.slot()
        rpc.endpoints.all[0].slot = rpc.endpoints.best_slot - 51
        assert [e.name for e in rpc.endpoints.lagging()] == ["127.0.0.1:9"]
        page = await rpc.signatures(NOBODY, commitment="finalized")
        assert page.endpoint == rpc.endpoints.all[1].name


async def test_a_refusal_is_told_and_not_tried_elsewhere(
    simulation: RunningSimulation, rpc: SolanaRpc
) -> None:
    with pytest.raises(RpcRefused) as refused:
        await rpc.signatures("not an address", commitment="finalized")
    assert refused.value.code == -32602
    assert (await simulation.look("rpc/calls"))["calls"]["getSignaturesForAddress"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"no"}}',
        b'[{"id":1,"result":5}]',
    ],
)
async def test_nonsense_is_a_failure_of_the_endpoint(body: bytes) -> None:
    async with _serving(body) as url, SolanaRpc.open([url], FAST, rest_seconds=RESTLESS) as rpc:
        with pytest.raises(RpcUnavailable):
            await rpc.transactions(["1" * 64, "2" * 64])


async def test_a_bucket_lets_a_burst_pass_and_then_keeps_the_rate() -> None:
    now = [100.0]
    bucket = TokenBucket(10.0, lambda: now[0])
    for _ in range(10):
        await bucket.take(1)
    assert bucket.wait_seconds == pytest.approx(0.0)
    await bucket.take(1)
    assert bucket.wait_seconds == pytest.approx(0.1)
    now[0] += 60.0
    assert bucket.wait_seconds == 0.0


@asynccontextmanager
async def _serving(body: bytes) -> AsyncIterator[str]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body)

    application = web.Application()
    application.router.add_post("/", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
