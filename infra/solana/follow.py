"""Everything that follows the chain over RPC, each part under its own leadership."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import asyncpg
import structlog

from domain.coverage.freshness import RECONCILE_SECONDS, SLOT_SECONDS
from domain.coverage.listing import OVERLAP_SLOTS
from domain.values import WalletAddress
from infra.postgres.coverage import PostgresCoverage
from infra.solana import metrics
from infra.solana.errors import RpcFailure
from infra.solana.fetching import Fetching
from infra.solana.fleet import Fleet, Target
from infra.solana.following import Following, watched
from infra.solana.glancing import Glancing
from infra.solana.helius import HeliusFailed, HeliusWebhooks
from infra.solana.looking import Looking
from infra.solana.received import Received
from infra.solana.reconciling import Reconciler
from infra.solana.rpc import SolanaRpc
from infra.solana.settling import Settling
from infra.solana.waking import WakeUps
from infra.solana.watchdog import Watchdog
from projections.pause import Pause, happened

SETTLE_SECONDS: Final = 2.0
"""From one pass over what is not final yet to the next: five slots."""
FLEET_SECONDS: Final = 1_800.0
"""How soon it shows that Helius switched a webhook off; a pass costs 100 credits a webhook."""
FLEET_CHANGE_SECONDS: Final = 60.0
"""How soon a newly watched wallet is registered; each change costs a pass and a call."""
NEW_WALLETS_SECONDS: Final = 2.0
"""How often we look for newly watched wallets; theirs is the first round."""
RIPE_SECONDS: Final = 1.5 * OVERLAP_SLOTS * SLOT_SECONDS
"""From a wallet's first look to its second, which may claim what the first one listed."""
FIRST_PAUSE_SECONDS: Final = 1.0
PAUSE_SECONDS_MAX: Final = 60.0
logger = structlog.get_logger(__name__)


async def follow_history(
    connection: asyncpg.Connection,
    pool: asyncpg.Pool,
    rpc: SolanaRpc,
    websocket_url: str,
    stop: asyncio.Event,
) -> None:
    """Rounds over all watched wallets on start and every few minutes, new ones at once, and
    glances at those that act in between."""
    received = Received(pool)
    fetching = Fetching(rpc, received)
    glancing = Glancing(rpc, received, fetching)
    rounds = _Rounds(connection, Reconciler(rpc, Looking(rpc, PostgresCoverage(pool), received)))

    async def all_watched() -> Sequence[WalletAddress]:
        return await watched(pool)

    wake_ups = WakeUps(websocket_url, all_watched, glancing.wake)
    await _together(
        stop,
        rounds.run,
        glancing.run,
        wake_ups.run,
        Watchdog(pool, rpc).run,
    )


async def settle(
    connection: asyncpg.Connection, pool: asyncpg.Pool, rpc: SolanaRpc, stop: asyncio.Event
) -> None:
    """Make confirmed transactions final or take them back, as the chain has it."""
    settling = Settling(connection, rpc, Fetching(rpc, Received(pool)))

    async def once() -> None:
        outcomes = await settling.round(stop)
        pending = await connection.fetchval("SELECT count(*) FROM pending_finality")
        metrics.UNSETTLED.set(pending)
        if outcomes["dropped"]:
            logger.warning("a fork dropped transactions", count=outcomes["dropped"])

    await _again_and_again(once, SETTLE_SECONDS, stop)


async def keep_fleet(
    connection: asyncpg.Connection, helius: HeliusWebhooks, target: Target, stop: asyncio.Event
) -> None:
    """Keep the webhooks in step with who is watched."""
    fleet, clock = Fleet(connection, helius, target), asyncio.get_running_loop().time
    registered: Sequence[WalletAddress] | None = None
    due_at = 0.0

    async def once() -> None:
        nonlocal registered, due_at
        await Following(connection).catch_up()
        wanted = await watched(connection)
        if wanted != registered or clock() >= due_at:
            await fleet.reconcile()
            registered, due_at = wanted, clock() + FLEET_SECONDS

    await _again_and_again(once, FLEET_CHANGE_SECONDS, stop)


class _Rounds:
    """When which wallets are looked at."""

    def __init__(self, connection: asyncpg.Connection, reconciler: Reconciler) -> None:
        self._following = Following(connection)
        self._connection = connection
        self._reconciler = reconciler
        self._known: frozenset[WalletAddress] = frozenset()
        self._due_at = 0.0
        self._young: dict[WalletAddress, float] = {}
        """Wallets looked at once, and when again: their first look was too early to claim."""

    async def run(self, stop: asyncio.Event) -> None:
        """Look on start, every ``RECONCILE_SECONDS``, and at whoever is newly watched."""

        async def once() -> None:
            await self._once(stop)

        await _again_and_again(once, NEW_WALLETS_SECONDS, stop)

    async def _once(self, stop: asyncio.Event) -> None:
        clock = asyncio.get_running_loop().time
        await self._following.catch_up()
        wallets = await watched(self._connection)
        metrics.WATCHED.set(len(wallets))
        whole = clock() >= self._due_at
        ripe = {one for one, at in self._young.items() if clock() >= at}
        wanted = [one for one in wallets if whole or one not in self._known or one in ripe]
        if whole:
            self._due_at = clock() + RECONCILE_SECONDS
        if not wanted:
            return
        try:
            done = await self._reconciler.round(wanted, stop)
        except RpcFailure:
            self._due_at = 0.0  # nothing was looked at: a whole round is due
            raise
        fresh = {one: clock() + RIPE_SECONDS for one in wanted if one not in self._known}
        self._young = {one: at for one, at in self._young.items() if one not in ripe} | fresh
        self._known = frozenset(wallets)
        await self._note_oldest()
        if done.missing or done.unknown or done.failed:
            logger.info(
                "looked at watched wallets",
                looked=done.looked,
                fetched=done.missing,
                unknown=done.unknown,
                failed=done.failed,
            )

    async def _note_oldest(self) -> None:
        seconds = await self._connection.fetchval(
            "SELECT extract(epoch FROM clock_timestamp() - min(looked_at)) FROM wallet_coverage"
            " WHERE wallet IN (SELECT wallet FROM watched_wallets)"
        )
        metrics.OLDEST_LOOK_SECONDS.set(float(seconds or 0))


async def _again_and_again(
    once: Callable[[], Awaitable[None]], seconds: float, stop: asyncio.Event
) -> None:
    """Do it every so often; when nodes or Helius fail, after pauses that grow."""
    pause = Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
    while not stop.is_set():
        try:
            await once()
        except (RpcFailure, HeliusFailed) as failure:
            logger.warning("will try again", error=str(failure))
            await pause.wait(stop)
        else:
            pause.reset()
            await happened(stop, seconds)


async def _together(
    stop: asyncio.Event, *parts: Callable[[asyncio.Event], Awaitable[None]]
) -> None:
    """All parts until ``stop`` is set; one that breaks ends the others and raises its error."""
    over = asyncio.Event()

    async def run(part: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        try:
            await part(over)
        finally:
            over.set()

    async def pass_on() -> None:
        await stop.wait()
        over.set()

    passing = asyncio.create_task(pass_on())
    try:
        outcomes = await asyncio.gather(*map(run, parts), return_exceptions=True)
    finally:
        passing.cancel()
        over.set()
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
