"""Both roads to the chain close for a while, and the history still has everything."""

import aiohttp
import pytest

from tests.support.simulation import Receiver, RunningSimulation


async def test_a_backfill_finds_what_no_webhook_told(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    wallet = await simulation.busiest()
    order = {"webhookURL": receiver.url, "accountAddresses": [wallet], "webhookType": "raw"}
    await simulation.helius("POST", "/v0/webhooks", order)
    (newest, *_) = await simulation.rpc("getSignaturesForAddress", wallet, {"limit": 1})

    await simulation.misbehave("drop,service=helius; outage,service=rpc")
    with pytest.raises(aiohttp.ClientError):
        await simulation.rpc("getSlot")
    await simulation.blocks(60)
    assert receiver.requests == []

    await simulation.behave()
    await simulation.blocks(40)
    options = {"until": newest["signature"], "limit": 1000}
    missed = await simulation.rpc("getSignaturesForAddress", wallet, options)
    deliveries = (await simulation.look("helius/deliveries"))["deliveries"]
    lost = {s for d in deliveries if d["outcome"] == "dropped" for s in d["signatures"]}
    assert lost
    assert lost <= {entry["signature"] for entry in missed}
