"""Forks that drop what was confirmed: all of it is retracted, and nothing that is on the chain.

Some thousand transactions in the usual run; CIPHERX_TEST_CONFIRMED=100000 is the promised
figure, with a hundredth of them dropped.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from typing import Final

import aiohttp
import asyncpg
import pytest

from infra.simulation.servers.settings import Settings
from infra.simulation.servers.simulation import Simulation
from infra.solana.fetching import Fetching
from infra.solana.received import Received
from infra.solana.rpc import SolanaRpc
from infra.solana.settling import Settling
from tests.infra.solana.hopping import FINAL, Hopping
from tests.infra.solana.taking_in import TakingIn

CONFIRMED: Final = int(os.environ.get("CIPHERX_TEST_CONFIRMED", "1500"))
DROPPED_PERCENT: Final = 1
FORK_BLOCKS: Final = 6
TPS: Final = 100
LEAD: Final = 2_000
"""Transactions between two looks at how many were dropped."""


GO_ON = asyncio.Event()
"""Never set."""


@pytest.fixture
async def simulation() -> AsyncIterator[Hopping]:
    """A busy chain."""
    box = Simulation(Settings(seed=1, speed=0, warm_up_blocks=5, tps=TPS))
    addresses = await box.start()
    try:
        async with aiohttp.ClientSession() as http:
            yield Hopping(box, addresses, http)
    finally:
        await box.stop()


async def test_whatever_forks_dropped_is_retracted_and_nothing_else(
    simulation: Hopping, rpc: SolanaRpc, received: Received, pool: asyncpg.Pool, fresh_database: str
) -> None:
    intake = TakingIn(simulation, pool, fresh_database)
    connection = await asyncpg.connect(fresh_database)
    settling = Settling(connection, rpc, Fetching(rpc, received, pause_seconds=0.001))
    taken, dropped, slowest = 0, 0, 0.0
    while taken < CONFIRMED:
        if dropped * 100 < (taken + LEAD) * DROPPED_PERCENT:
            await simulation.misbehave(f"fork,amount={FORK_BLOCKS}")
        await simulation.blocks(FINAL)
        taken += await intake.take_in()
        dropped = len((await simulation.look("dropped"))["dropped"])
        began = time.perf_counter()
        await settling.round(GO_ON)
        slowest = max(slowest, time.perf_counter() - began)
    await simulation.blocks(FINAL)
    await intake.take_in()
    await settling.round(GO_ON)
    await simulation.blocks(FINAL)
    await settling.round(GO_ON)
    await connection.close()

    said = await intake.finality()
    lost = {one["signature"] for one in (await simulation.look("dropped"))["dropped"]}
    on_chain = set[str]().union(*(one.keys() for one in simulation.final.values()))
    gone = {name for name in lost if name not in on_chain and name in said}
    retracted = {name for name, kinds in said.items() if kinds[-1] == "retracted"}
    final = {name for name, kinds in said.items() if kinds[-1] == "finalized"}
    assert gone
    assert gone <= retracted
    assert not retracted & on_chain
    assert final <= on_chain
    assert not [k for k in said.values() if "finalized" in k and k[-1] != "finalized"]
    print(
        f"{taken} confirmed, {len(lost)} dropped, {len(retracted)} retracted, {len(final)} final; "
        f"a pass over what can be settled took at most {slowest:.1f} s"
    )
