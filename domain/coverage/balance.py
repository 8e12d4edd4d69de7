"""The proof that no listing can fake: lamports only move by transactions that we must have."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from domain.values import Slot

Agreement = Literal["agrees", "differs", "unchecked"]


class Anchor(Struct, frozen=True):
    """What the wallet held at the end of a finalized slot."""

    slot: Slot
    lamports: int


class Movement(Struct, frozen=True):
    """What one transaction did to the wallet's lamports."""

    slot: Slot
    before: int
    after: int


def agreement(movements: Sequence[Movement], end: Anchor | None) -> Agreement:
    """Whether the movements account for what the wallet holds at ``end``.

    Sums, so the order inside a slot does not matter. The oldest movement's slot is where they
    begin: one of its transactions has to start from the balance that all of them leave over. A
    listing always reaches back to one that is known, so whatever is left out since then shows.
    """
    if end is None:
        return "unchecked"
    counted = [move for move in movements if move.slot <= end.slot]
    if not counted:
        return "unchecked" if end.lamports else "agrees"
    left = end.lamports - sum(move.after - move.before for move in counted)
    oldest = min(move.slot for move in counted)
    begins = {move.before for move in counted if move.slot == oldest}
    return "agrees" if left in begins else "differs"
