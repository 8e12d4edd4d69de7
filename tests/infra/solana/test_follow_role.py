"""The role as a whole, against a chain that runs."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest

from infra.postgres.coverage import PostgresCoverage
from infra.roles import follow, intake
from infra.settings import Settings, read_settings
from tests.infra.solana.hopping import Hopping
from tests.infra.solana.tracked import Tracked
from tests.support.simulation import Receiver

SECRET = "agreed-upon-secret"


def settings_of(simulation: Hopping, receiver: Receiver, database_url: str) -> Settings:
    return read_settings(
        {
            "DATABASE_URL": database_url,
            "SOLANA_RPC_URL": simulation.at.rpc,
            "SOLANA_WS_URL": simulation.at.websocket,
            "SOLANA_RPC_RATE": "10000",
            "CIPHERX_HELIUS_URL": simulation.at.helius,
            "HELIUS_API_KEY": simulation.at.helius_api_key,
            "HELIUS_WEBHOOK_URL": receiver.url,
            "HELIUS_WEBHOOK_SECRET": SECRET,
        }
    )


async def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Until what is awaited is true."""
    async with asyncio.timeout(seconds):
        while not await holds():  # type: ignore[misc]  # an async function
            await asyncio.sleep(0.05)


@pytest.mark.servers
async def test_it_follows_a_watched_wallet_settles_it_and_ends_when_told_to(
    simulation: Hopping,
    receiver: Receiver,
    tracked: Tracked,
    fresh_database: str,
    pool: asyncpg.Pool,
    ledger: PostgresCoverage,
) -> None:
    await simulation.hop(600)
    await simulation.hop(600)
    (wallet,) = simulation.payers(1)
    await tracked.track(wallet)
    stop, told = asyncio.Event(), asyncio.Event()
    settings = settings_of(simulation, receiver, fresh_database)
    roles = [
        asyncio.create_task(follow.run(settings, stop, told.set)),
        asyncio.create_task(intake.run(settings, stop, lambda: None)),
    ]
    try:

        async def looked_at() -> bool:
            entry = await ledger.entry(wallet)  # type: ignore[arg-type]  # an address
            return entry is not None and entry.coverage.through is not None

        async def settled() -> bool:
            kinds = await pool.fetch("SELECT DISTINCT type FROM events")
            return "transaction.finalized.v1" in {row[0] for row in kinds}

        async def registered() -> bool:
            _, webhooks = await simulation.helius("GET", "/v0/webhooks")
            return [one["accountAddresses"] for one in webhooks] == [[wallet]]

        await until(looked_at)
        await until(settled)
        await until(registered)
        assert told.is_set()
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*roles), 20)


async def test_it_idles_when_nothing_is_named_and_says_what_to_set(fresh_database: str) -> None:
    settings, stop, told = read_settings({"DATABASE_URL": fresh_database}), asyncio.Event(), []
    assert follow.missing(settings) == {
        "the chain": ["SOLANA_RPC_URL"],
        "Helius's webhooks": ["HELIUS_API_KEY", "HELIUS_WEBHOOK_URL", "HELIUS_WEBHOOK_SECRET"],
    }
    running = asyncio.create_task(follow.run(settings, stop, lambda: told.append(True)))
    await asyncio.sleep(0)
    assert told == [True]
    assert not running.done()
    stop.set()
    await running
