"""Which slots of a wallet's history we have seen whole, and on what evidence."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.values import Slot

State = Literal["complete", "backfilled", "unknown"]
"""``complete``: nothing was missing when the history was listed. ``backfilled``: something was,
and has been fetched since. ``unknown``: nobody may rely on it, and the reason says why."""


class Evidence(Struct, frozen=True):
    """The listing a range rests on: ``listed`` transactions on ``pages`` pages by ``endpoint``,
    as of slot ``as_of``; ``missing`` of them had not been received until then."""

    listing_id: UUID
    endpoint: str
    pages: int
    listed: int
    missing: int
    as_of: Slot
    at: datetime


class CoveredRange(Struct, frozen=True):
    """What is known of the slots from ``first`` to ``last``, both included."""

    first: Slot
    last: Slot
    state: State
    evidence: Evidence
    reason: str | None = None


def with_range(ranges: Sequence[CoveredRange], added: CoveredRange) -> list[CoveredRange]:
    """The ranges with one more, which wins where it overlaps; neighbours in the same state
    become one, under the later evidence. Ordered, and none overlaps another."""
    kept = [piece for one in ranges for piece in _around(one, added)]
    joined: list[CoveredRange] = []
    for one in sorted([*kept, added], key=lambda covered: covered.first):
        if joined and _continues(joined[-1], one):
            joined[-1] = _joined(joined[-1], one)
        else:
            joined.append(one)
    return joined


def with_late_finds(
    ranges: Sequence[CoveredRange], slots: Iterable[Slot], evidence: Evidence
) -> list[CoveredRange]:
    """The ranges after transactions turned up in slots that were thought to be whole: what
    contains them was completed by backfill."""
    found = list(slots)
    after: list[CoveredRange] = []
    for one in ranges:
        if one.state == "complete" and any(one.first <= slot <= one.last for slot in found):
            one = replace(one, state="backfilled", evidence=evidence)
        after = with_range(after, one)
    return after


def state_of(ranges: Sequence[CoveredRange], first: Slot, last: Slot) -> State:
    """What may be said of all slots from ``first`` to ``last``: the weakest of its parts."""
    state: State = "complete"
    at = first
    for one in ranges:
        if one.last < first or one.first > last:
            continue
        if one.first > at or one.state == "unknown":
            return "unknown"
        state = "backfilled" if one.state == "backfilled" else state
        at = Slot(one.last + 1)
    return state if at > last else "unknown"


def known_through(ranges: Sequence[CoveredRange]) -> tuple[Slot, Slot] | None:
    """First and last slot of the newest unbroken stretch that is not unknown; None if none."""
    stretch: tuple[Slot, Slot] | None = None
    for one in ranges:
        if one.state == "unknown":
            continue
        if stretch is not None and one.first == stretch[1] + 1:
            stretch = (stretch[0], one.last)
        else:
            stretch = (one.first, one.last)
    return stretch


def _around(one: CoveredRange, added: CoveredRange) -> Iterable[CoveredRange]:
    """What of ``one`` stands outside ``added``."""
    if one.first < added.first:
        yield replace(one, last=min(one.last, Slot(added.first - 1)))
    if one.last > added.last:
        yield replace(one, first=max(one.first, Slot(added.last + 1)))


def _continues(one: CoveredRange, following: CoveredRange) -> bool:
    return (
        following.first == one.last + 1
        and following.state == one.state
        and following.reason == one.reason
    )


def _joined(one: CoveredRange, following: CoveredRange) -> CoveredRange:
    later, earlier = one.evidence, following.evidence
    if later.at < earlier.at:
        later, earlier = earlier, later
    same = later.listing_id == earlier.listing_id
    evidence = replace(
        later,
        listed=later.listed if same else later.listed + earlier.listed,
        missing=later.missing if same else later.missing + earlier.missing,
    )
    return replace(one, last=following.last, evidence=evidence)
