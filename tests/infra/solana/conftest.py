"""A simulated chain, clients of it, and a database to take it in."""

from collections.abc import AsyncIterator

import aiohttp
import asyncpg
import pytest

from infra.postgres.coverage import PostgresCoverage
from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool
from infra.simulation.servers.settings import Settings
from infra.simulation.servers.simulation import Simulation
from infra.solana.fetching import Fetching
from infra.solana.looking import Looking
from infra.solana.received import Received
from infra.solana.reconciling import Reconciler
from infra.solana.rpc import SolanaRpc
from tests.infra.solana.hopping import Hopping
from tests.infra.solana.tracked import Tracked
from tests.support.simulation import RunningSimulation, receiver

__all__ = ["receiver"]

FAST: int = 100_000
"""Calls a second: the simulation has no limit of its own."""


@pytest.fixture
async def simulation() -> AsyncIterator[Hopping]:
    """A chain with little going on, so that minutes of it pass in a moment."""
    box = Simulation(Settings(seed=1, speed=0, warm_up_blocks=20, tps=5))
    addresses = await box.start()
    try:
        async with aiohttp.ClientSession() as http:
            yield Hopping(box, addresses, http)
    finally:
        await box.stop()


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[asyncpg.Pool]:
    """A few connections to the test's own database."""
    async with await create_pool(fresh_database, application_name="test") as pool:
        yield pool


@pytest.fixture
async def rpc(simulation: RunningSimulation) -> AsyncIterator[SolanaRpc]:
    """A client with one endpoint."""
    async with SolanaRpc.open([simulation.at.rpc], FAST, rest_seconds=0.001) as rpc:
        yield rpc


@pytest.fixture
def received(pool: asyncpg.Pool) -> Received:
    """The inbox by signature."""
    return Received(pool)


@pytest.fixture
def ledger(pool: asyncpg.Pool) -> PostgresCoverage:
    """The completeness ledger."""
    return PostgresCoverage(pool)


@pytest.fixture
def looking(rpc: SolanaRpc, ledger: PostgresCoverage, received: Received) -> Looking:
    """Looks with small pages, so that few transactions make several of them."""
    fetching = Fetching(rpc, received, pause_seconds=0.001)
    return Looking(rpc, ledger, received, fetching=fetching, page_size=25)


@pytest.fixture
def reconciler(rpc: SolanaRpc, looking: Looking) -> Reconciler:
    """Rounds over those looks."""
    return Reconciler(rpc, looking)


@pytest.fixture
async def tracked(pool: asyncpg.Pool, fresh_database: str) -> AsyncIterator[Tracked]:
    """Nobody is followed yet."""
    async with PostgresLog.open(pool, fresh_database) as log:
        yield Tracked(log)
