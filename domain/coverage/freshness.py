"""Fresh is not the same as alive: a quiet wallet is fine, a chain that stands still is not."""

from typing import Final, Literal

from msgspec import Struct

from domain.coverage.listing import OVERLAP_SLOTS
from domain.values import Slot

SLOT_SECONDS: Final = 0.4
RECONCILE_SECONDS: Final = 300.0
"""From one look at every watched wallet to the next."""
BEHIND_SECONDS_MAX: Final = 2 * RECONCILE_SECONDS
"""A wallet that nobody looked at for two rounds is behind, however quiet it is."""
TIP_SECONDS_MAX: Final = 30.0
"""A healthy chain finalizes several slots a second."""

Freshness = Literal["fresh", "behind", "stalled", "unwatched"]


class Seen(Struct, frozen=True):
    """The chain's finalized tip and how long ago it last moved."""

    tip: Slot
    still_seconds: float


def freshness(chain: Seen | None, through: Slot | None) -> Freshness:
    """``stalled``: the chain, or our view of it, stands still. ``behind``: it moved on and the
    wallet was not looked at. Neither asks when the wallet last did anything."""
    if chain is None or chain.still_seconds > TIP_SECONDS_MAX:
        return "stalled"
    if through is None:
        return "unwatched"
    allowed = OVERLAP_SLOTS + BEHIND_SECONDS_MAX / SLOT_SECONDS
    return "fresh" if chain.tip - through <= allowed else "behind"
