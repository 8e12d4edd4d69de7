"""Obric v2. Layout: obric-xyz SDK, IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "obric-v2",
    ("obriQD1zbpyLz95G5n7nJe6a4DPjpFwa5XYPoNm113y",),
    otherwise=Instruction(pool=0),
)
