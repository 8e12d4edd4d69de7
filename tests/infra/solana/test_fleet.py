"""The webhook fleet against Helius's management API, with its limits and its silences."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest

from domain.values import WalletAddress
from infra.solana import metrics
from infra.solana.fleet import Fleet, Target
from infra.solana.helius import Budget, BudgetSpent, HeliusFailed, HeliusWebhooks
from infra.solana.status import said
from tests.infra.solana.hopping import Hopping
from tests.infra.solana.tracked import Tracked
from tests.support.made_transactions import address
from tests.support.simulation import Receiver

LIMIT = 4


def wallet(number: int) -> WalletAddress:
    return WalletAddress(address("watched", number))


def numbered(*numbers: int) -> list[WalletAddress]:
    return [wallet(number) for number in numbers]


def wallets(count: int) -> set[str]:
    return {wallet(number) for number in range(count)}


@pytest.fixture
def budget() -> Budget:
    """Credits enough for the test."""
    return Budget(100_000)


@pytest.fixture
async def helius(simulation: Hopping, budget: Budget) -> AsyncIterator[HeliusWebhooks]:
    """The management API, without a rate to run into."""
    await simulation.order("helius", {"requestsASecond": 1_000})
    async with HeliusWebhooks.open(
        simulation.at.helius, simulation.at.helius_api_key, budget, pause_seconds=0.001
    ) as client:
        yield client


@pytest.fixture
async def fleet(
    fresh_database: str, helius: HeliusWebhooks, receiver: Receiver
) -> AsyncIterator[Fleet]:
    """A fleet of webhooks with room for four wallets each."""
    connection = await asyncpg.connect(fresh_database)
    yield Fleet(connection, helius, Target(receiver.url, "what was agreed", LIMIT))
    await connection.close()


async def registered(simulation: Hopping) -> Sequence[dict[str, Any]]:
    """Every registration, whole."""
    _, listed = await simulation.helius("GET", "/v0/webhooks")
    return [
        (await simulation.helius("GET", f"/v0/webhooks/{one['webhookID']}"))[1] for one in listed
    ]


def heard(webhooks: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(a for one in webhooks if one["active"] for a in one["accountAddresses"])


async def test_every_watched_wallet_is_registered_once_in_shards(
    simulation: Hopping, tracked: Tracked, fleet: Fleet
) -> None:
    await tracked.track(*numbered(*range(10)))
    assert (await fleet.reconcile()).missing == 10
    webhooks = await registered(simulation)
    assert heard(webhooks) == sorted(wallets(10))
    assert [len(one["accountAddresses"]) for one in webhooks] == [4, 4, 2]
    assert {one["authHeader"] for one in webhooks} == {"what was agreed"}
    assert {one["webhookType"] for one in webhooks} == {"raw"}
    assert [one["transactionTypes"] for one in webhooks] == [["ANY"]] * 3


async def test_a_change_of_who_is_watched_is_followed(
    simulation: Hopping, tracked: Tracked, fleet: Fleet
) -> None:
    await tracked.track(*numbered(*range(6)))
    await fleet.reconcile()
    await tracked.untrack(*numbered(0, 1))
    await tracked.track(*numbered(6, 7, 8))
    await fleet.reconcile()
    assert heard(await registered(simulation)) == sorted(wallets(9) - {wallet(0), wallet(1)})
    await tracked.untrack(*numbered(*range(2, 9)))
    await fleet.reconcile()
    assert await registered(simulation) == []


async def test_nothing_is_written_when_nothing_is_to_change(
    simulation: Hopping, tracked: Tracked, fleet: Fleet, budget: Budget
) -> None:
    await tracked.track(*numbered(*range(6)))
    await fleet.reconcile()
    spent = budget.spent
    found = await fleet.reconcile()
    assert (found.missing, found.surplus) == (0, 0)
    assert budget.spent - spent == 300  # the list, and each of the two by its id


async def test_what_helius_switched_off_is_switched_on_again(
    simulation: Hopping, tracked: Tracked, fleet: Fleet
) -> None:
    await tracked.track(*numbered(1, 2))
    await fleet.reconcile()
    (one,) = await registered(simulation)
    await simulation.helius("PATCH", f"/v0/webhooks/{one['webhookID']}", {"active": False})
    found = await fleet.reconcile()
    assert (found.switched_off, found.missing) == (1, 2)
    assert heard(await registered(simulation)) == sorted([wallet(1), wallet(2)])


async def test_what_somebody_else_took_out_is_put_back_beyond_what_the_list_shows(
    simulation: Hopping,
    tracked: Tracked,
    fresh_database: str,
    helius: HeliusWebhooks,
    receiver: Receiver,
) -> None:
    connection = await asyncpg.connect(fresh_database)
    fleet = Fleet(connection, helius, Target(receiver.url, "what was agreed"))
    await tracked.track(*numbered(*range(120)))
    await fleet.reconcile()
    (one,) = await registered(simulation)
    fewer = {**one, "accountAddresses": one["accountAddresses"][:110]}
    await simulation.helius("PUT", f"/v0/webhooks/{one['webhookID']}", fewer)
    assert (await fleet.reconcile()).missing == 10
    assert heard(await registered(simulation)) == sorted(wallets(120))
    status = await said(connection, "fleet")
    assert status is not None
    assert (status[0]["wanted"], status[0]["missing"]) == (120, 0)
    await connection.close()


async def test_webhooks_that_deliver_elsewhere_are_left_alone(
    simulation: Hopping, tracked: Tracked, fleet: Fleet
) -> None:
    other = {"webhookURL": "http://127.0.0.1:9/else", "accountAddresses": [address("x")]}
    await simulation.helius("POST", "/v0/webhooks", other | {"webhookType": "raw"})
    await tracked.track(*numbered(1))
    await fleet.reconcile()
    assert sorted(heard(await registered(simulation))) == sorted([address("x"), wallet(1)])


async def test_a_rate_limit_is_waited_out(
    simulation: Hopping, tracked: Tracked, fleet: Fleet
) -> None:
    await tracked.track(*numbered(1))
    await simulation.misbehave("rate-limit,times=1,service=helius")
    await fleet.reconcile()
    assert heard(await registered(simulation)) == [wallet(1)]


async def test_beyond_the_budget_nothing_is_sent(
    simulation: Hopping, tracked: Tracked, fleet: Fleet, budget: Budget
) -> None:
    await tracked.track(*numbered(1))
    budget.spend(100_000 - 100)
    with pytest.raises(BudgetSpent):
        await fleet.reconcile()
    assert await registered(simulation) == []
    assert metrics.FLEET_DRIFT.labels("missing")._value.get() == 1


async def test_a_refusal_is_told(simulation: Hopping, budget: Budget) -> None:
    async with HeliusWebhooks.open(simulation.at.helius, "wrong", budget) as client:
        with pytest.raises(HeliusFailed, match="401"):
            await client.listed()


def test_a_new_day_has_a_new_budget() -> None:
    now = [0.0]
    budget = Budget(150, lambda: now[0])
    budget.spend(100)
    with pytest.raises(BudgetSpent):
        budget.spend(100)
    now[0] = 86_400.0
    budget.spend(100)
