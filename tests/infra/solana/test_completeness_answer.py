"""What the API says of a wallet's completeness, from the real ledger."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from litestar import Litestar
from litestar.testing import AsyncTestClient

from api.rest.completeness import Ledger
from domain.values import WalletAddress
from infra.postgres.coverage import PostgresCoverage
from infra.solana.completeness_query import PostgresCompletenessQuery
from infra.solana.reconciling import Reconciler
from infra.solana.rpc import SolanaRpc
from infra.solana.watchdog import Watchdog
from tests.api.world import World
from tests.infra.solana.hopping import Hopping
from tests.infra.solana.watching import Watch
from tests.projections.chronicle import at, transaction
from tests.support.made_transactions import address


class Told:
    """Hands out one entry: the client's application runs in a loop of its own, out of reach of
    this one's connections."""

    def __init__(self, entry: Ledger) -> None:
        self._entry = entry

    async def ledger(self, wallet: WalletAddress) -> Ledger:
        """The entry."""
        return self._entry


@asynccontextmanager
async def asking(world: World) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """Alice's client."""
    async with AsyncTestClient(world.app) as client:
        client.headers["Authorization"] = "Bearer alice"
        yield client


async def completeness(pool: asyncpg.Pool, wallet: str) -> dict[str, Any]:
    """What the API says of a wallet that the real ledger knows, or does not."""
    entry = await PostgresCompletenessQuery(pool).ledger(WalletAddress(wallet))
    async with asking(World(completeness=Told(entry))) as client:
        shown: dict[str, Any] = (await client.get(f"/v1/wallets/{wallet}/completeness")).json()
    return shown


async def test_a_wallet_nobody_watches_is_unknown_and_told_why(pool: asyncpg.Pool) -> None:
    shown = await completeness(pool, address("nobody"))
    assert (shown["state"], shown["freshness"], shown["since"]) == ("unknown", "unwatched", None)
    assert "track" in shown["reason"]
    async with asking(World()) as client:
        assert (await client.get("/v1/wallets/nonsense/completeness")).status_code == 400


async def test_a_watched_wallet_shows_its_ranges_with_their_evidence(
    simulation: Hopping,
    reconciler: Reconciler,
    ledger: PostgresCoverage,
    pool: asyncpg.Pool,
    rpc: SolanaRpc,
) -> None:
    await simulation.hop(600)
    await simulation.hop(600)
    watch = Watch(simulation, reconciler, ledger, pool, simulation.payers(1))
    await watch.round()
    await simulation.misbehave("empty-page")
    await simulation.hop(400)
    await watch.round()
    await Watchdog(pool, rpc).look()
    shown = await completeness(pool, watch.wallets[0])
    assert [one["state"] for one in shown["ranges"]] == ["backfilled", "unknown"]
    assert (shown["state"], shown["freshness"]) == ("backfilled", "fresh")
    assert shown["through"] == shown["ranges"][0]["last"] < shown["tip"]
    assert "lacks" in shown["reason"]
    evidence = shown["ranges"][0]["evidence"]
    assert evidence["listed"] >= evidence["missing"] > 0
    assert evidence["endpoint"] in simulation.at.rpc
    assert "name the address" in shown["covers"]


async def test_the_first_look_is_too_early_to_claim_and_says_so(
    simulation: Hopping,
    reconciler: Reconciler,
    ledger: PostgresCoverage,
    pool: asyncpg.Pool,
    rpc: SolanaRpc,
) -> None:
    await simulation.blocks(60)
    watch = Watch(simulation, reconciler, ledger, pool, simulation.payers(1))
    await watch.round()
    await Watchdog(pool, rpc).look()
    shown = await completeness(pool, watch.wallets[0])
    assert (shown["state"], shown["freshness"], shown["ranges"]) == ("unknown", "fresh", [])
    assert "minute" in shown["reason"]


async def test_the_wallet_itself_says_how_far_it_can_be_relied_on() -> None:
    world, wallet = World(), WalletAddress(address("seen"))
    async with asking(world) as client:
        await world.record(transaction(at(7), payer=wallet))
        shown = (await client.get(f"/v1/wallets/{wallet}")).json()
    assert shown["completeness"] == {
        "state": "unknown",
        "since": None,
        "through": None,
        "freshness": "unwatched",
    }
