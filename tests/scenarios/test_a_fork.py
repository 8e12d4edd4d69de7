"""A webhook tells of a trade, and then the trade never happened."""

import msgspec

from tests.support.simulation import Receiver, RunningSimulation


async def test_what_was_told_may_be_dropped(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    everybody = (await simulation.look("truth"))["agents"]
    wallets = [wallet for agent in everybody for wallet in agent["wallets"]]
    order = {"webhookURL": receiver.url, "accountAddresses": wallets, "webhookType": "raw"}
    await simulation.helius("POST", "/v0/webhooks", order)

    await simulation.misbehave("fork,amount=5")
    await simulation.blocks(6)
    await receiver.wait_for(1)
    await simulation.blocks(60)

    told = [
        event["transaction"]["signatures"][0]
        for _, body in receiver.requests
        for event in msgspec.json.decode(body)
    ]
    dropped = {entry["signature"] for entry in (await simulation.look("dropped"))["dropped"]}
    retracted = [signature for signature in told if signature in dropped]
    assert retracted
    statuses = (await simulation.rpc("getSignatureStatuses", retracted[:256]))["value"]
    assert all(status is None for status in statuses)
    kept = [signature for signature in told if signature not in dropped][:50]
    for status in (await simulation.rpc("getSignatureStatuses", kept))["value"]:
        assert status["confirmationStatus"] in ("confirmed", "finalized")
