"""Fetches what a woken wallet just did, at confirmed; the rounds prove it later."""

import asyncio
from typing import Final

import structlog

from domain.values import Signature, Slot, WalletAddress
from infra.solana.errors import RpcFailure
from infra.solana.fetching import Fetching
from infra.solana.received import Received
from infra.solana.rpc import SolanaRpc
from projections.pause import happened, waking

NEWEST: Final = 20
"""What one glance lists; a wallet that did more at once is caught up with by the next round."""
HEAD_START_SECONDS: Final = 1.0
"""How long the webhook is given to bring the same: it is cheaper than asking."""


class Glancing:
    """Takes woken wallets one after another; each stands in the queue once."""

    def __init__(
        self,
        rpc: SolanaRpc,
        received: Received,
        fetching: Fetching,
        head_start_seconds: float = HEAD_START_SECONDS,
    ) -> None:
        self._rpc = rpc
        self._received = received
        self._fetching = fetching
        self._head_start = head_start_seconds
        self._waiting: dict[WalletAddress, None] = {}
        self._woken = asyncio.Event()

    def wake(self, wallet: WalletAddress) -> None:
        """Have the wallet glanced at soon; as many wait as are watched, at most."""
        self._waiting[wallet] = None
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Glance until ``stop`` is set."""
        async with waking(stop, self._woken):
            while not stop.is_set():
                await self._woken.wait()
                self._woken.clear()
                await happened(stop, self._head_start)
                await self.glance(stop)

    async def glance(self, stop: asyncio.Event) -> int:
        """Look at all that wait; how many transactions were fetched."""
        fetched = 0
        while self._waiting and not stop.is_set():
            wallet = next(iter(self._waiting))
            del self._waiting[wallet]
            try:
                fetched += await self._look(wallet)
            except RpcFailure as failure:
                logger.debug("no glance", wallet=wallet, error=str(failure))
        return fetched

    async def _look(self, wallet: WalletAddress) -> int:
        page = await self._rpc.signatures(wallet, commitment="confirmed", limit=NEWEST)
        listed = {Signature(one.signature): Slot(one.slot) for one in page.entries}
        known = await self._received.places(list(listed))
        missing = {name: slot for name, slot in listed.items() if name not in known}
        holes = await self._fetching.fetch(missing, "confirmed") if missing else {}
        return len(missing) - len(holes)


logger = structlog.get_logger(__name__)
