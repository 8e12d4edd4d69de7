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


def agreement(start: Anchor | None, movements: Sequence[Movement], end: Anchor | None) -> Agreement:
    """Whether the movements above ``start`` account for what the wallet holds at ``end``.

    Sums, so the order inside a slot does not matter. Without a start the oldest movement's
    slot is where it begins: one of its transactions has to start from the balance that the
    others leave over.
    """
    if end is None:
        return "unchecked"
    after = -1 if start is None else start.slot
    counted = [move for move in movements if after < move.slot <= end.slot]
    left = end.lamports - sum(move.after - move.before for move in counted)
    if start is not None:
        return "agrees" if left == start.lamports else "differs"
    if not counted:
        return "unchecked" if end.lamports else "agrees"
    oldest = min(move.slot for move in counted)
    begins = {move.before for move in counted if move.slot == oldest}
    return "agrees" if left in begins else "differs"
