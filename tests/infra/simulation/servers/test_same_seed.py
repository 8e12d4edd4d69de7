"""The same seed shows the same chain and misbehaves alike; another seed does not."""

import contextlib

import aiohttp

from infra.simulation.servers.settings import Settings
from infra.simulation.servers.simulation import Simulation
from tests.support.simulation import Receiver, RunningSimulation

READ = {"maxSupportedTransactionVersion": 0, "encoding": "base64"}


async def shown(seed: int, receiver: Receiver) -> tuple[list[object], list[str], list[str]]:
    """Blocks, dropped deliveries and what a fork dropped, of one run with faults."""
    box = Simulation(Settings(seed=seed, speed=0, warm_up_blocks=50))
    addresses = await box.start()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(box.stop)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        running = RunningSimulation(box, addresses, http)
        agents = (await running.look("truth"))["agents"]
        wallets = [wallet for agent in agents for wallet in agent["wallets"]]
        order = {"webhookURL": receiver.url, "accountAddresses": wallets, "webhookType": "raw"}
        await running.helius("POST", "/v0/webhooks", order)
        await running.misbehave("drop=40%,service=helius; fork,amount=3")
        await running.blocks(60)
        slot = await running.rpc("getSlot")
        slots = await running.rpc("getBlocks", slot - 10, slot)
        blocks = [await running.rpc("getBlock", one, READ) for one in slots]
        log = (await running.look("helius/deliveries"))["deliveries"]
        dropped = [s for d in log if d["outcome"] == "dropped" for s in d["signatures"]]
        forked = [d["signature"] for d in (await running.look("dropped"))["dropped"]]
    return blocks, dropped, forked


async def test_a_run_can_be_repeated(receiver: Receiver) -> None:
    first, again, other = [await shown(seed, receiver) for seed in (5, 5, 6)]
    assert first == again
    assert all(first)
    assert first[0] != other[0]
