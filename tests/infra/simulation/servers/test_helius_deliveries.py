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


async def happened(simulation: RunningSimulation, wallet: str, after: int) -> list[str]:
    """What the wallet did since a slot, oldest first, as far as confirmed."""
    found = await simulation.rpc("getSignaturesForAddress", wallet, {"commitment": "confirmed"})
    return [entry["signature"] for entry in found if entry["slot"] > after][::-1]


async def confirmed(simulation: RunningSimulation) -> int:
    slot: int = await simulation.rpc("getSlot", {"commitment": "confirmed"})
    return slot


def told(receiver: Receiver) -> list[str]:
    """The signatures that arrived, in order."""
    found = []
    for _, body in receiver.requests:
        for event in msgspec.json.decode(body):
            found.append(event.get("signature") or event["transaction"]["signatures"][0])
    return found


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
    start = await confirmed(simulation)
    await simulation.blocks(20)
    wanted = await happened(simulation, wallet, start)
    assert wanted
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
    await watch(simulation, receiver.url, webhookType="enhanced")
    await simulation.blocks(20)
    await receiver.wait_for(1)
    event = msgspec.json.decode(receiver.requests[0][1])[0]
    assert {"signature", "slot", "timestamp", "type", "source", "accountData"} <= set(event)


async def test_only_the_types_and_outcomes_wanted_are_sent(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    await watch(simulation, receiver.url, webhookType="enhanced", transactionTypes=["NFT_SALE"])
    await watch(simulation, receiver.url, txnStatus="failed")
    await simulation.blocks(20)
    for signature in told(receiver):
        found = await simulation.rpc(
            "getTransaction", signature, {"maxSupportedTransactionVersion": 0}
        )
        assert found["meta"]["err"] is not None


async def test_a_webhook_switched_off_is_told_nothing(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    _, webhook = await watch(simulation, receiver.url)
    await simulation.helius("PATCH", f"/v0/webhooks/{webhook['webhookID']}", {"active": False})
    await simulation.blocks(20)
    assert (await simulation.look("helius/deliveries"))["deliveries"] == []


async def test_a_refused_delivery_is_tried_three_more_times_and_then_lost(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    receiver.status = 503
    await watch(simulation, receiver.url)
    await simulation.blocks(6)
    log = await settled(simulation, 1)
    assert (log[0]["outcome"], log[0]["tries"]) == ("lost", 4)
    assert len(receiver.requests) >= 4


async def test_a_slow_acknowledgement_counts_as_none(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    receiver.delay_seconds = 1.2
    await watch(simulation, receiver.url)
    await simulation.blocks(6)
    await receiver.wait_for(1)
    receiver.delay_seconds = 0
    await asyncio.sleep(2.3)  # one second to give up, one to try again
    log = await settled(simulation, 1)
    assert ("acknowledged", 2) in [(d["outcome"], d["tries"]) for d in log]


async def test_403_is_not_tried_again(simulation: RunningSimulation, receiver: Receiver) -> None:
    receiver.status = 403
    await watch(simulation, receiver.url)
    await simulation.blocks(6)
    log = await settled(simulation, 1)
    assert (log[0]["outcome"], log[0]["tries"]) == ("refused", 1)


async def test_a_webhook_that_keeps_failing_is_switched_off_without_a_word(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    receiver.status = 403
    wallet, webhook = await watch(simulation, receiver.url)
    await simulation.blocks(120)
    await settled(simulation, 20)
    found = (await simulation.helius("GET", f"/v0/webhooks/{webhook['webhookID']}"))[1]
    assert found["active"] is False


async def test_the_silent_cap_leaves_addresses_unwatched(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    await simulation.order("helius", {"watchedAddressesMax": 0})
    wallet, webhook = await watch(simulation, receiver.url)
    await simulation.blocks(20)
    assert webhook["accountAddresses"] == [wallet]
    assert (await simulation.look("helius/deliveries"))["deliveries"] == []


async def test_drop_repeat_and_reorder(simulation: RunningSimulation, receiver: Receiver) -> None:
    wallet, _ = await watch(simulation, receiver.url)
    start = await confirmed(simulation)
    await simulation.misbehave("drop=30%,service=helius; repeat=40%; reorder=30%,amount=2")
    await simulation.blocks(60)
    wanted = await happened(simulation, wallet, start)
    await receiver.wait_for(3)
    arrived = told(receiver)
    assert set(arrived) < set(wanted)
    assert len(arrived) > len(set(arrived))
    first_seen = list(dict.fromkeys(arrived))
    assert first_seen != [signature for signature in wanted if signature in first_seen]


async def test_corrupt_and_wrong_auth(simulation: RunningSimulation, receiver: Receiver) -> None:
    await watch(simulation, receiver.url)
    await simulation.misbehave("corrupt; wrong-auth")
    await simulation.blocks(20)
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
    await watch(simulation, receiver.url)
    await simulation.misbehave("delay,amount=300")
    await simulation.blocks(6)
    assert receiver.requests == []
    await receiver.wait_for(1)


async def test_a_webhook_can_be_switched_off_by_the_other_side(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    _, webhook = await watch(simulation, receiver.url)
    await simulation.misbehave("webhook-off,times=1")
    await simulation.blocks(20)
    one = f"/v0/webhooks/{webhook['webhookID']}"
    assert (await simulation.helius("GET", one))[1]["active"] is False
    await simulation.helius("PATCH", one, {"active": True})
    await simulation.blocks(20)
    await receiver.wait_for(1)
