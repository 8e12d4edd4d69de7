"""A listing of an address's history, and whether it agrees with what we know already."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from domain.values import Signature, Slot

OVERLAP_SLOTS: Final = 150
"""A minute. How far a listing reaches back below what was listed before, and how far a claim
stays behind the slot it was made at: history that a node adds later than the slot itself is
seen before anything is claimed."""


class Cursor(Struct, frozen=True):
    """A finalized transaction of the wallet that every true listing shows."""

    slot: Slot
    signature: Signature


class Listing(Struct, frozen=True):
    """Signatures to slots, as of ``as_of``: everything from ``first`` on, unless ``flaw`` says
    what is wrong with it. ``to_start`` means that the node had nothing older."""

    entries: Mapping[Signature, Slot]
    first: Slot
    as_of: Slot
    pages: int
    endpoint: str
    to_start: bool
    flaw: str | None = None

    @property
    def newest(self) -> Cursor | None:
        """The newest entry as of its slot; what came later is no part of it."""
        found = [(slot, name) for name, slot in self.entries.items() if slot <= self.as_of]
        return None if not found else Cursor(max(found)[0], max(found)[1])


def mistrusted(
    listing: Listing, cursor: Cursor | None, back_to: Slot, lamports: int | None
) -> str | None:
    """Why the listing cannot be all there is, or None when nothing speaks against it.

    An empty page is no proof of an empty history: with a cursor the listing must show it, and
    an account that holds ``lamports`` (None: not known) got them from somebody.
    """
    if listing.flaw is not None:
        return listing.flaw
    if cursor is not None and cursor.signature not in listing.entries:
        return f"the listing lacks {cursor.signature} of slot {cursor.slot}, which is final"
    if cursor is not None and listing.first > back_to and not listing.to_start:
        return f"the listing ends at slot {listing.first}, above {back_to}"
    if not listing.entries and lamports:
        return f"an empty history, though the account holds {lamports} lamports"
    return None


def back_to(*slots: Slot | None) -> Slot:
    """How far a listing has to reach: the overlap below the oldest of what is known."""
    known = [slot for slot in slots if slot is not None]
    return Slot(max(0, min(known, default=0) - OVERLAP_SLOTS))
