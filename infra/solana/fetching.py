"""Gets transactions that a listing named and we do not have."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from domain.values import Signature, Slot
from infra.solana.errors import RpcFailure
from infra.solana.received import Received
from infra.solana.rpc import TRANSACTIONS_MAX, SolanaRpc
from infra.solana.wire import Commitment

ASKED_TIMES_MAX: Final = 3
"""A node may list what it cannot hand over yet; other endpoints are asked in between."""
FIRST_PAUSE_SECONDS: Final = 0.2


class Fetching:
    """Asks the nodes until each transaction is received or nobody has it."""

    def __init__(
        self, rpc: SolanaRpc, received: Received, *, pause_seconds: float = FIRST_PAUSE_SECONDS
    ) -> None:
        self._rpc = rpc
        self._received = received
        self._pause = pause_seconds

    async def fetch(
        self,
        wanted: Mapping[Signature, Slot],
        commitment: Commitment = "finalized",
        *,
        landed: bool = False,
    ) -> Mapping[Signature, Slot]:
        """Keep the wanted ones; returns those that could not be had, which are holes.

        ``landed`` says that the inbox has them from another block already.
        """
        left, avoid = dict(wanted), list[str]()
        keep = self._received.keep_landings if landed else self._received.keep
        for attempt in range(ASKED_TIMES_MAX):
            if attempt:
                await asyncio.sleep(self._pause * 2 ** (attempt - 1))
            for batch in _batches(list(left)):
                try:
                    found, endpoint = await self._rpc.transactions(batch, commitment, avoid)
                except RpcFailure:
                    continue
                if None in found and endpoint not in avoid:
                    avoid.append(endpoint)
                for signature in await keep([raw for raw in found if raw is not None]):
                    left.pop(signature, None)
            if not left:
                break
        return left


def _batches(signatures: Sequence[Signature]) -> list[Sequence[Signature]]:
    """Oldest first: a listing names the newest first."""
    oldest_first = signatures[::-1]
    starts = range(0, len(oldest_first), TRANSACTIONS_MAX)
    return [oldest_first[start : start + TRANSACTIONS_MAX] for start in starts]
