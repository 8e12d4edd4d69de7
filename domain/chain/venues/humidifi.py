"""HumidiFi. Layout: observed (closed source); any call that takes and gives is a swap."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "humidifi",
    ("9H6tua7jkLhdm3w8BvgpTn5LZNU7g4ZynDmCiNN3q6Rp",),
    otherwise=Instruction(pool=1, user=0),
)
