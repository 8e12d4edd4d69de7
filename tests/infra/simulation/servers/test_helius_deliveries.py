"""Deliveries: what is sent, when it is tried again, when it is lost, and every fault."""

import asyncio
from typing import Any

import msgspec

from tests.support.simulation import Receiver, RunningSimulation


async def watch(
    simulation: RunningSimulation, url: str, **order: object
) -> tuple[str, dict[str, Any]]:
    """A raw webhook on a busy wallet: the wallet and the webhook."""
    wallet = await simulation.busiest()
    body = {
        "webhookURL": url,
        "accountAddresses": [wallet],
        "transactionTypes": ["ANY"],
        "webhookType": "raw",
        "authHeader": "agreed-value",
        **order,
    }
    status, webhook = await simulation.helius("POST", "/v0/webhooks", body)
    assert status == 200, webhook
    return wallet, webhook


async def watch_everybody(simulation: RunningSimulation, url: str) -> dict[str, Any]:
    """A raw webhook that has something to tell in nearly every block."""
    agents = (await simulation.look("truth"))["agents"]
    wallets = [wallet for agent in agents for wallet in agent["wallets"]]
    return (await watch(simulation, url, accountAddresses=wallets))[1]


def told(receiver: Receiver) -> list[str]:
    """The signatures that arrived, in order."""
    return [
        event.get("signature") or event["transaction"]["signatures"][0]
        for _, body in receiver.requests
        for event in msgspec.json.decode(body)
    ]


async def settled(simulation: RunningSimulation, count: int) -> list[dict[str, Any]]:
    """The delivery log once ``count`` deliveries are through."""
    async with asyncio.timeout(8):
        while True:
            log: list[dict[str, Any]] = (await simulation.look("helius/deliveries"))["deliveries"]
            if len(log) >= count:
                return log
            await asyncio.sleep(0.02)


async def test_a_raw_webhook_is_told_what_was_confirmed(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    wallet, _ = await watch(simulation, receiver.url)
    wanted = await simulation.acts(wallet, 4)
    log = await settled(simulation, 1)
    await receiver.wait_for(len(log))
    assert sorted(told(receiver)) == sorted(wanted)
    headers, body = receiver.requests[0]
    assert headers["Authorization"] == "agreed-value"
    event = msgspec.json.decode(body)[0]
    assert {"blockTime", "indexWithinBlock", "slot", "transaction", "meta"} <= set(event)
    assert (await simulation.look("helius/credits"))["used"] == 100 + len(wanted)


async def test_an_enhanced_webhook_is_told_in_its_own_form(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    wallet, _ = await watch(simulation, receiver.url, webhookType="enhanced")
    await simulation.acts(wallet)
    await receiver.wait_for(1)
    event = msgspec.json.decode(receiver.requests[0][1])[0]
    assert {"signature", "slot", "timestamp", "type", "source", "accountData"} <= set(event)


async def test_only_the_types_and_outcomes_wanted_are_sent(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    wallet, _ = await watch(
        simulation, receiver.url, webhookType="enhanced", transactionTypes=["NFT_SALE"]
    )
    await watch(simulation, receiver.url, txnStatus="failed")
    await simulation.acts(wallet)
    for signature in told(receiver):
        found = await simulation.rpc(
            "getTransaction", signature, {"maxSupportedTransactionVersion": 0}
        )
        assert found["meta"]["err"] is not None


async def test_a_webhook_switched_off_is_told_nothing(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    wallet, webhook = await watch(simulation, receiver.url)
    await simulation.helius("PATCH", f"/v0/webhooks/{webhook['webhookID']}", {"active": False})
    await simulation.acts(wallet)
    assert (await simulation.look("helius/deliveries"))["deliveries"] == []


async def test_a_refused_delivery_is_tried_three_more_times_and_then_lost(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    receiver.status = 503
    wallet, _ = await watch(simulation, receiver.url)
    await simulation.acts(wallet)
    log = await settled(simulation, 1)
    assert (log[0]["outcome"], log[0]["tries"]) == ("lost", 4)
    assert len(receiver.requests) >= 4


async def test_a_slow_acknowledgement_counts_as_none(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    receiver.delay_seconds = 1.2
    wallet, _ = await watch(simulation, receiver.url)
    await simulation.acts(wallet)
    await receiver.wait_for(1)
    receiver.delay_seconds = 0
    await asyncio.sleep(2.3)  # one second to give up, one to try again
    log = await settled(simulation, 1)
    assert ("acknowledged", 2) in [(d["outcome"], d["tries"]) for d in log]


async def test_403_is_not_tried_again(simulation: RunningSimulation, receiver: Receiver) -> None:
    receiver.status = 403
    wallet, _ = await watch(simulation, receiver.url)
    await simulation.acts(wallet)
    log = await settled(simulation, 1)
    assert (log[0]["outcome"], log[0]["tries"]) == ("refused", 1)


async def test_a_webhook_that_keeps_failing_is_switched_off_without_a_word(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    receiver.status = 403
    webhook = await watch_everybody(simulation, receiver.url)
    await simulation.blocks(30)
    await settled(simulation, 20)
    found = (await simulation.helius("GET", f"/v0/webhooks/{webhook['webhookID']}"))[1]
    assert found["active"] is False


async def test_the_silent_cap_leaves_addresses_unwatched(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    await simulation.order("helius", {"watchedAddressesMax": 0})
    wallet, webhook = await watch(simulation, receiver.url)
    await simulation.acts(wallet)
    assert webhook["accountAddresses"] == [wallet]
    assert (await simulation.look("helius/deliveries"))["deliveries"] == []


async def test_drop_repeat_and_reorder(simulation: RunningSimulation, receiver: Receiver) -> None:
    await watch_everybody(simulation, receiver.url)
    await simulation.misbehave("drop=30%,service=helius; repeat=40%; reorder=30%,amount=2")
    await simulation.blocks(40)
    log = await settled(simulation, 30)
    dropped = {s for d in log if d["outcome"] == "dropped" for s in d["signatures"]}
    arrived = told(receiver)
    assert dropped
    assert dropped.isdisjoint(arrived)
    assert len(arrived) > len(set(arrived))
    slots = [msgspec.json.decode(body)[0]["slot"] for _, body in receiver.requests]
    assert slots != sorted(slots)


async def test_corrupt_and_wrong_auth(simulation: RunningSimulation, receiver: Receiver) -> None:
    wallet, _ = await watch(simulation, receiver.url)
    await simulation.misbehave("corrupt; wrong-auth")
    await simulation.acts(wallet)
    await receiver.wait_for(1)
    headers, body = receiver.requests[0]
    assert headers["Authorization"] != "agreed-value"
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError:
        return
    raise AssertionError("a corrupted body should not read")


async def test_delay_holds_a_delivery_back(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    wallet, _ = await watch(simulation, receiver.url)
    await simulation.misbehave("delay,amount=300")
    await simulation.acts(wallet)
    assert receiver.requests == []
    await receiver.wait_for(1)


async def test_a_webhook_can_be_switched_off_by_the_other_side(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    wallet, webhook = await watch(simulation, receiver.url)
    await simulation.misbehave("webhook-off,times=1")
    await simulation.acts(wallet)
    one = f"/v0/webhooks/{webhook['webhookID']}"
    assert (await simulation.helius("GET", one))[1]["active"] is False
    await simulation.helius("PATCH", one, {"active": True})
    await simulation.acts(wallet)
    await receiver.wait_for(1)
