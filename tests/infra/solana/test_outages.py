"""Outages of every length with every silent fault: nothing lost, nothing twice, nothing claimed.

Five of them in the usual run; CIPHERX_TEST_OUTAGES=200 is the promised figure.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

import asyncpg
import pytest
from aiohttp import web

from infra.postgres.coverage import PostgresCoverage
from infra.postgres.inbox import PostgresInbox
from infra.solana.errors import RpcFailure
from infra.solana.reconciling import Reconciler
from tests.infra.solana.hopping import FINAL, Hopping
from tests.infra.solana.taking_in import TakingIn
from tests.infra.solana.watching import Watch

OUTAGES: Final = int(os.environ.get("CIPHERX_TEST_OUTAGES", "5"))
SEED: Final = int(os.environ.get("CIPHERX_TEST_OUTAGES_SEED", "1"))
SECONDS_MIN, SECONDS_MAX = 5, 86_400
SLOTS_A_SECOND = 2.5
DUPLICATES = "repeat=30%,service=helius"
FAULTS: Final = (
    "unknown-until",
    "empty-page=50%",
    "slot-disorder",
    "missing-history=30%",
    "commitment-skew",
    "rate-limit=40%,amount=0,service=rpc",
    "lag=50%,amount=25",
)
MORE: Final = ("late-history=50%,amount=100", "outage=40%,service=rpc")
WALLETS = 3


class Webhook:
    """Our receiver: whatever is delivered goes into the inbox before it is acknowledged."""

    def __init__(self, inbox: PostgresInbox) -> None:
        self._inbox = inbox
        self.received = Counter[str]()

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        receipt = await self._inbox.receive(await request.read(), "helius")
        self.received["accepted"] += receipt.accepted
        self.received["duplicate"] += receipt.duplicate
        return web.Response()


@pytest.fixture
async def webhook(simulation: Hopping, pool: asyncpg.Pool) -> AsyncIterator[Webhook]:
    """A receiver that the busiest wallets' transactions are delivered to."""
    found = Webhook(PostgresInbox(pool))
    application = web.Application()
    application.router.add_post("/", found.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await simulation.hop(400)
    order = {
        "webhookURL": f"http://127.0.0.1:{runner.addresses[0][1]}/",
        "webhookType": "raw",
        "transactionTypes": ["ANY"],
        "accountAddresses": simulation.payers(WALLETS),
    }
    await simulation.helius("POST", "/v0/webhooks", order)
    yield found
    await runner.cleanup()


async def test_no_outage_loses_doubles_or_hides_anything(
    simulation: Hopping,
    webhook: Webhook,
    reconciler: Reconciler,
    ledger: PostgresCoverage,
    pool: asyncpg.Pool,
    fresh_database: str,
) -> None:
    watch = Watch(simulation, reconciler, ledger, pool, simulation.payers(WALLETS))
    dice = random.Random(SEED)
    await watch.round()
    lost, looks = 0, Counter[str]()
    for number in range(OUTAGES):
        await simulation.misbehave(DUPLICATES)
        await simulation.hop(dice.randrange(40, 400), 12)
        await attempt(watch, looks)
        lost += await outage(watch, dice, number, looks)
        await simulation.behave()
        await simulation.misbehave(DUPLICATES)
        await simulation.hop(300, FINAL)
        await watch.round()
        assert await watch.false_claims() == []
        for place in range(WALLETS):
            assert await watch.lacking(place) == set(), f"after outage {number}"
            entry = await watch.entry(place)
            assert entry.coverage.reason is None
            assert entry.holes == []
    await TakingIn(simulation, pool, fresh_database).decode()
    recorded = await pool.fetchval("SELECT count(*) FROM events WHERE type LIKE 'transaction.rec%'")
    assert recorded == len(await watch.received())
    assert lost > 0
    assert webhook.received["duplicate"] > 0
    print(f"{OUTAGES} outages, {recorded} transactions, {lost} lost by the webhook, looks {looks}")


async def outage(watch: Watch, dice: random.Random, number: int, looks: Counter[str]) -> int:
    """Deliveries are lost and nodes lie for a while; returns what was final and not in."""
    low, high = SECONDS_MIN, SECONDS_MAX
    seconds = low * (high / low) ** dice.random()
    several = [FAULTS[number % len(FAULTS)], *dice.sample(FAULTS, 3), *dice.sample(MORE, 1)]
    await watch.simulation.misbehave("drop,service=helius")
    await watch.simulation.misbehave(";".join(dict.fromkeys(several)))
    parts = dice.randrange(1, 4)
    for _ in range(parts):
        blocks = dice.randrange(10, 40)
        await watch.simulation.hop(int(seconds * SLOTS_A_SECOND / parts), blocks)
        await attempt(watch, looks)
    lacking = [await watch.lacking(place) for place in range(WALLETS)]
    return len(set().union(*lacking))


async def attempt(watch: Watch, looks: Counter[str]) -> None:
    """A round that may fail, after which nothing false may be claimed."""
    try:
        async with asyncio.timeout(60):
            done = await watch.round()
    except RpcFailure:
        looks["no tip"] += 1
    else:
        looks["whole"] += done.looked - done.unknown
        looks["unknown"] += done.unknown
        looks["failed"] += done.failed
    assert await watch.false_claims() == []
