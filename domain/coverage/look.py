"""What one look at a wallet's history allows us to say."""

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from domain.completeness import CoveredRange, Evidence, State, with_late_finds, with_range
from domain.coverage.balance import Agreement, Anchor
from domain.coverage.listing import OVERLAP_SLOTS, Cursor, Listing
from domain.values import Signature, Slot

RANGES_MAX: Final = 200
"""Kept for each wallet; the oldest are told as unknown again when there are more."""


class Coverage(Struct, frozen=True):
    """What is known of one wallet. ``as_of`` is the slot of the latest look, which found
    ``reason`` wrong, or nothing."""

    ranges: tuple[CoveredRange, ...] = ()
    cursor: Cursor | None = None
    as_of: Slot | None = None
    reason: str | None = None

    @property
    def through(self) -> Slot | None:
        """Up to where the ledger has said anything but unknown."""
        known = [one.last for one in self.ranges if one.state != "unknown"]
        return max(known, default=None)


class Look(Struct, frozen=True):
    """One look: the listing, which of it had not been received, which could not be had, and
    whether the balance bears it out. ``end`` is that balance."""

    listing: Listing
    mistrust: str | None
    missing: Collection[Signature]
    holes: Collection[Signature]
    agreement: Agreement
    end: Anchor | None


def after_look(before: Coverage, look: Look, evidence: Evidence) -> Coverage:
    """The ledger after the look.

    A claim ends ``OVERLAP_SLOTS`` below the slot of the look. A look that anything speaks
    against claims nothing: what came since the last claim stays unknown.
    """
    listing, reason = look.listing, reason_against(look)
    slots = [listing.entries[signature] for signature in look.missing]
    ranges = with_late_finds(before.ranges, slots, evidence)
    first = listing.first if before.through is None else Slot(before.through + 1)
    last = Slot(listing.as_of - OVERLAP_SLOTS)
    if reason is not None:
        if last >= first:
            unknown = CoveredRange(first, last, "unknown", evidence, reason)
            ranges = with_range(ranges, unknown)
        return Coverage(_bounded(ranges), before.cursor, listing.as_of, reason)
    if last >= first:
        late = any(first <= slot <= last for slot in slots)
        state: State = "backfilled" if late or _was_unknown(ranges, first) else "complete"
        ranges = with_range(ranges, CoveredRange(first, last, state, evidence))
    cursor = listing.newest or before.cursor
    return Coverage(_bounded(ranges), cursor, listing.as_of)


def reason_against(look: Look) -> str | None:
    """Why the look claims nothing."""
    if look.mistrust is not None:
        return look.mistrust
    if look.holes:
        some = sorted(look.holes)[0]
        return f"{len(look.holes)} listed transactions cannot be had, {some} among them"
    if look.agreement == "differs":
        return "the balance moved by more than the listed transactions account for"
    if look.agreement == "unchecked" and look.end is not None and look.listing.entries:
        return "the listed transactions do not say what the wallet held"
    return None


def _was_unknown(ranges: Sequence[CoveredRange], first: Slot) -> bool:
    """Whether an earlier look had to leave slots from ``first`` on open."""
    return any(one.state == "unknown" and one.last >= first for one in ranges)


def _bounded(ranges: Sequence[CoveredRange]) -> tuple[CoveredRange, ...]:
    return tuple(ranges[-RANGES_MAX:])
