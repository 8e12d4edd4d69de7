"""The watchdog tells a quiet wallet from a chain that stands still."""

import asyncpg

from domain.coverage.freshness import Seen, freshness
from domain.values import Slot
from infra.solana.rpc import SolanaRpc
from infra.solana.status import last_seen
from infra.solana.watchdog import Watchdog
from tests.infra.solana.hopping import Hopping


async def test_the_tip_is_noted_with_how_long_it_has_stood(
    simulation: Hopping, pool: asyncpg.Pool, rpc: SolanaRpc
) -> None:
    assert await last_seen(pool) is None
    now = [1_000.0]
    watchdog = Watchdog(pool, rpc, lambda: now[0])
    first = await watchdog.look()
    now[0] += 40.0
    assert await watchdog.look() == Seen(first.tip, 40.0)
    await simulation.blocks(40)
    assert (await watchdog.look()).still_seconds == 0.0
    await simulation.misbehave("outage,service=rpc")
    now[0] += 31.0
    assert (await watchdog.look()).still_seconds == 31.0
    seen = await last_seen(pool)
    assert seen is not None
    assert seen.tip > first.tip


def test_a_quiet_wallet_is_fresh_and_one_nobody_looked_at_is_behind() -> None:
    moving = Seen(Slot(10_000), 1.0)
    assert freshness(moving, Slot(9_800)) == "fresh"
    assert freshness(moving, Slot(8_000)) == "behind"
    assert freshness(moving, None) == "unwatched"


def test_a_chain_that_stands_still_makes_nothing_fresh() -> None:
    assert freshness(Seen(Slot(10_000), 31.0), Slot(9_999)) == "stalled"
    assert freshness(None, Slot(9_999)) == "stalled"
