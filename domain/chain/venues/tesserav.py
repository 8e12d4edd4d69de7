"""TesseraV. Layout: observed (closed source); any call that takes and gives is a swap."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "tesserav",
    ("TessVdML9pBGgG9yGks7o4HewRaXVAMuoVj4x83GLQH",),
    otherwise=Instruction(pool=1),
)
