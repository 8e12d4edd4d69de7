"""GoonFi. Layout: observed (closed source); any call that takes and gives is a swap."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "goonfi",
    ("goonERTdGsjnkZqWuVjs73BZ3Pb9qoCUdBUL17BnS5j", "goonuddtQRrWqqn5nFyczVKaie28f3kDkHWkHtURSLE"),
    otherwise=Instruction(pool=1, user=0),
)
