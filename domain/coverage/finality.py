"""What becomes of a confirmed transaction, by what the cluster shows of it."""

from typing import Final, Literal

from msgspec import Struct

from domain.values import Slot

LANDS_AGAIN_SLOTS_MAX: Final = 450
"""A blockhash is good for 150 blocks; with skipped slots that is at most about this many slots."""
FIRST_WAIT_SLOTS: Final = 8
WAIT_SLOTS_MAX: Final = 9_000
"""An hour: how often at most we ask about what no node can tell any more."""

Verdict = Literal["final", "landed", "dropped", "wait"]


class Sighting(Struct, frozen=True):
    """Where the cluster has the transaction, and whether no fork can drop it there."""

    slot: Slot
    is_final: bool


def verdict(
    recorded: Slot, sighting: Sighting | None, in_final_block: bool | None, *, dropped: bool
) -> Verdict:
    """Judge a transaction recorded at a slot, or dropped from there already.

    That nobody knows a signature proves nothing: a node may be behind, or have thrown its
    history away. ``dropped`` takes a finalized chain that passes the slot without the
    transaction; ``in_final_block`` is None while no node shows that part of the chain.
    """
    if sighting is not None:
        if not sighting.is_final:
            return _unless_gone(recorded, sighting, in_final_block, dropped)
        if sighting.slot != recorded:
            return "landed"
        return "wait" if dropped else "final"
    return "dropped" if in_final_block is False and not dropped else "wait"


def wait_slots(tries: int) -> int:
    """How many slots to let pass before asking again, after ``tries`` answers without a result."""
    return min(FIRST_WAIT_SLOTS << min(tries, 20), WAIT_SLOTS_MAX)


def _unless_gone(
    recorded: Slot, sighting: Sighting, in_final_block: bool | None, dropped: bool
) -> Verdict:
    """Seen elsewhere but not final there: it is gone from where it was all the same."""
    gone = in_final_block is False and sighting.slot != recorded and not dropped
    return "dropped" if gone else "wait"
