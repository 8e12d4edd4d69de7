"""A round: every watched wallet's balance and history, compared with what was received."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from msgspec import Struct

from domain.coverage.balance import Anchor
from domain.values import Slot, WalletAddress
from infra.solana.errors import RpcFailure
from infra.solana.looking import Looking
from infra.solana.rpc import BALANCES_MAX, SolanaRpc

LOOKS_AT_ONCE: Final = 8
"""Keeps ten endpoints busy and the inbox's one lock short; the rate limits are the endpoints'."""
logger = structlog.get_logger(__name__)


class Round(Struct):
    """What a round did."""

    looked: int = 0
    failed: int = 0
    unknown: int = 0
    missing: int = 0
    tip: int = 0


class Reconciler:
    """Looks at many wallets as of one slot."""

    def __init__(self, rpc: SolanaRpc, looking: Looking) -> None:
        self._rpc = rpc
        self._looking = looking

    async def round(self, wallets: Sequence[WalletAddress], stop: asyncio.Event) -> Round:
        """Look at each wallet once, unless ``stop`` is set; raises RpcFailure when there is no
        tip to look from. A wallet whose look fails keeps what was known of it."""
        done = Round(tip=await self._rpc.slot())
        for start in range(0, len(wallets), BALANCES_MAX):
            if stop.is_set():
                break
            await self._look_at(wallets[start : start + BALANCES_MAX], done)
        return done

    async def _look_at(self, wallets: Sequence[WalletAddress], done: Round) -> None:
        try:
            found = await self._rpc.balances(wallets, done.tip)
        except RpcFailure as failure:
            logger.warning("no balances", wallets=len(wallets), error=str(failure))
            done.failed += len(wallets)
            return
        at = Slot(found.context.slot)
        ends = [Anchor(at, 0 if one is None else one.lamports) for one in found.value]
        places = asyncio.Semaphore(LOOKS_AT_ONCE)

        async def look(wallet: WalletAddress, end: Anchor) -> None:
            async with places:
                await self._look(wallet, end, done)

        looks = (look(wallet, end) for wallet, end in zip(wallets, ends, strict=True))
        for outcome in await asyncio.gather(*looks, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def _look(self, wallet: WalletAddress, end: Anchor, done: Round) -> None:
        try:
            outcome = await self._looking.look(wallet, end)
        except RpcFailure as failure:
            logger.warning("no history", wallet=wallet, error=str(failure))
            done.failed += 1
            return
        done.looked += 1
        done.missing += outcome.missing
        done.unknown += outcome.reason is not None
