"""Lifinity v1 and v2. Layout: Lifinity-Labs SDK, instruction accounts."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "lifinity-v2",
    ("2wT8Yq49kHgDzXuPxZSaeLaH1qbmGXtEyPy64bL7aD3c",),
    otherwise=Instruction(pool=1, user=2),
)
