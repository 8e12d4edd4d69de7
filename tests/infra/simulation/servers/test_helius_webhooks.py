"""Webhook management as Helius has it, the documented limits and the silent one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.support.simulation import Receiver, RunningSimulation, started


@pytest.fixture
async def simulation() -> AsyncIterator[RunningSimulation]:
    """A chain that has hardly begun: these tests do not look at it."""
    async with started(warm_up_blocks=2) as running:
        yield running


WEBHOOKS = "/v0/webhooks"


def addresses(count: int) -> list[str]:
    return [str(Pubkey(number.to_bytes(32, "big"))) for number in range(1, count + 1)]


async def created(simulation: RunningSimulation, url: str, **order: object) -> dict[str, Any]:
    body = {"webhookURL": url, "transactionTypes": ["ANY"], "webhookType": "raw"}
    status, webhook = await simulation.helius("POST", WEBHOOKS, {**body, **order})
    assert status == 200, webhook
    found: dict[str, Any] = webhook
    return found


async def test_a_webhook_is_created_read_changed_toggled_and_deleted(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    webhook = await created(
        simulation, receiver.url, accountAddresses=addresses(2), authHeader="secret"
    )
    one = f"{WEBHOOKS}/{webhook['webhookID']}"
    assert (await simulation.helius("GET", one))[1] == webhook
    changed = {**webhook, "accountAddresses": addresses(3)}
    assert (await simulation.helius("PUT", one, changed))[1] == changed
    partly = {"webhookURL": receiver.url}
    assert (await simulation.helius("PUT", one, partly))[1] == changed
    off = (await simulation.helius("PATCH", one, {"active": False}))[1]
    assert off["active"] is False
    assert (await simulation.helius("DELETE", one))[0] == 200
    assert (await simulation.helius("GET", one))[0] == 404
    assert (await simulation.helius("DELETE", one))[0] == 404


async def test_the_list_cuts_addresses_at_100(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    webhook = await created(simulation, receiver.url, accountAddresses=addresses(150))
    (listed,) = (await simulation.helius("GET", WEBHOOKS))[1]
    assert len(listed["accountAddresses"]) == 100
    one = f"{WEBHOOKS}/{webhook['webhookID']}"
    assert len((await simulation.helius("GET", one))[1]["accountAddresses"]) == 150


async def test_100_000_addresses_are_taken_and_one_more_is_not(
    simulation: RunningSimulation, receiver: Receiver
) -> None:
    many = addresses(100_000)
    webhook = await created(simulation, receiver.url, accountAddresses=many)
    assert webhook["accountAddresses"] == many
    body = {"webhookURL": receiver.url, "accountAddresses": [*many, many[0]]}
    assert (await simulation.helius("POST", WEBHOOKS, body))[0] == 400


BAD_ORDERS: list[dict[str, object]] = [
    {"webhookURL": "ftp://127.0.0.1/"},
    {"webhookURL": "http://192.0.2.7/hook"},
    {"webhookURL": "not a url"},
    {"accountAddresses": ["short"]},
    {"accountAddresses": "one"},
    {"webhookType": "loud"},
    {"txnStatus": "maybe"},
    {"transactionTypes": []},
]


async def test_bad_orders_are_refused(simulation: RunningSimulation, receiver: Receiver) -> None:
    for order in BAD_ORDERS:
        body = {"webhookURL": receiver.url, "accountAddresses": addresses(1), **order}
        status, refusal = await simulation.helius("POST", WEBHOOKS, body)
        assert status == 400, order
        assert refusal["error"]["message"]


async def test_a_wrong_key_is_refused(simulation: RunningSimulation) -> None:
    url = f"{simulation.at.helius}{WEBHOOKS}?api-key=wrong"
    async with simulation.http.get(url) as reply:
        assert reply.status == 401
    bearer = {"Authorization": f"Bearer {simulation.at.helius_api_key}"}
    async with simulation.http.get(f"{simulation.at.helius}{WEBHOOKS}", headers=bearer) as reply:
        assert reply.status == 200


async def test_calls_cost_credits_until_there_are_none(simulation: RunningSimulation) -> None:
    await simulation.order("helius", {"creditsMax": 250})
    answers = [(await simulation.helius("GET", WEBHOOKS))[0] for _ in range(3)]
    assert answers == [200, 200, 429]
    assert (await simulation.look("helius/credits"))["used"] == 200


async def test_too_many_calls_a_second_are_refused(simulation: RunningSimulation) -> None:
    await simulation.order("helius", {"requestsASecond": 2})
    answers = [(await simulation.helius("GET", WEBHOOKS))[0] for _ in range(4)]
    assert answers[:2] == [200, 200]
    assert 429 in answers[2:]
