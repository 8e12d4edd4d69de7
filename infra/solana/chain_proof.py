"""Whether the finalized chain has a transaction in a slot: asked once for each slot."""

from collections.abc import Iterable, Mapping

from infra.solana.errors import (
    SLOT_SKIPPED,
    SLOT_SKIPPED_LONG_AGO,
    RpcFailure,
    RpcRefused,
)
from infra.solana.rpc import SolanaRpc


async def final_signatures(
    rpc: SolanaRpc, slots: Iterable[int]
) -> Mapping[int, frozenset[str] | None]:
    """The signatures of each slot's finalized block, none for a slot that was skipped, and None
    for a slot that no node can show. Raises RpcFailure when none answers at all."""
    wanted = list(slots)
    if not wanted:
        return {}
    oldest = await rpc.first_block()
    return {slot: await _signatures(rpc, slot) if slot >= oldest else None for slot in wanted}


async def _signatures(rpc: SolanaRpc, slot: int) -> frozenset[str] | None:
    try:
        return frozenset((await rpc.block_signatures(slot)).signatures)
    except RpcRefused as refused:
        skipped = refused.code in (SLOT_SKIPPED, SLOT_SKIPPED_LONG_AGO)
        return frozenset() if skipped and await _is_skipped(rpc, slot) else None
    except RpcFailure:
        return None


async def _is_skipped(rpc: SolanaRpc, slot: int) -> bool:
    """A node says "skipped" of blocks it merely lost, too; the next block's parent tells."""
    try:
        following = await rpc.next_block(slot)
        if following is None:
            return False
        return (await rpc.block_signatures(following)).parent_slot < slot
    except RpcFailure:
        return False
