"""Watches the chain's tip: a wallet may be quiet for a year, the chain not for half a minute."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import asyncpg
import structlog

from domain.coverage.freshness import TIP_SECONDS_MAX, Seen
from domain.values import Slot
from infra.solana import metrics
from infra.solana.errors import RpcFailure
from infra.solana.rpc import SolanaRpc
from infra.solana.status import CHAIN, say
from projections.pause import happened

LOOK_SECONDS: Final = 5.0
logger = structlog.get_logger(__name__)


class Watchdog:
    """Notes the tip, when it last moved, and which endpoints lag."""

    def __init__(
        self, pool: asyncpg.Pool, rpc: SolanaRpc, clock: Callable[[], float] = time.time
    ) -> None:
        self._pool = pool
        self._rpc = rpc
        self._clock = clock
        self._tip, self._moved_at = 0, clock()
        self._stalled = False

    async def run(self, stop: asyncio.Event) -> None:
        """Look until ``stop`` is set."""
        while not stop.is_set():
            await self.look()
            await happened(stop, LOOK_SECONDS)

    async def look(self) -> Seen:
        """Ask for the tip once; a failure to get it counts as one that does not move."""
        now = self._clock()
        try:
            tip = await self._rpc.slot()
        except RpcFailure as failure:
            logger.debug("no tip", error=str(failure))
            tip = self._tip
        if tip > self._tip:
            self._tip, self._moved_at = tip, now
        still = now - self._moved_at
        metrics.TIP.set(self._tip)
        metrics.TIP_STILL_SECONDS.set(still)
        lagging = [endpoint.name for endpoint in self._rpc.endpoints.lagging()]
        metrics.LAGGING.set(len(lagging))
        self._tell(still)
        moved_at = datetime.fromtimestamp(self._moved_at, UTC).isoformat()
        document = {"tip": self._tip, "movedAt": moved_at, "lagging": lagging}
        await say(self._pool, CHAIN, document)
        return Seen(Slot(self._tip), still)

    def _tell(self, still: float) -> None:
        stalled = still > TIP_SECONDS_MAX
        if stalled and not self._stalled:
            logger.error("the chain stands still for us", slot=self._tip, seconds=int(still))
        elif self._stalled and not stalled:
            logger.info("the chain moves again", slot=self._tip)
        self._stalled = stalled
