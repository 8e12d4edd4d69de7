"""ZeroFi. Layout: observed (closed source); any call that takes and gives is a swap."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "zerofi",
    ("ZERor4xhbUycZ6gb9ntrhqscUcZmAbQDjEAtCf4hbZY",),
    otherwise=Instruction(pool=0),
)
