"""What comes of comparing a view with a replay of the log."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct

from domain.values import GlobalPosition

SHOWN_MAX: Final = 20
"""Differences told one by one; beyond it their number says enough."""

Advance = Callable[[GlobalPosition], Awaitable[None]]
"""Brings the replay to a position; it must not be beyond it already."""


class Comparison(Struct, frozen=True):
    """A view at ``checkpoint`` beside a replay to there; the digests are of all values in
    any order, so equal digests are equal views."""

    view: str
    checkpoint: GlobalPosition
    values: int
    digest: str
    replay_digest: str
    differences: Sequence[str]

    @property
    def equal(self) -> bool:
        """Whether the view is what the log makes of it."""
        return self.digest == self.replay_digest
