"""Serum v2 and v3, OpenBook v1: resting order books. Layout: project-serum/serum-dex.

An order locks funds and a settlement pays them out, so neither alone is a trade; what a wrapper
does with both in one instruction is.
"""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "serum",
    (
        "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin",
        "EUqojwWA2rd19FZrzeBncJsm38Jm1hEhE3zsmX3bRc2o",
        "srmqPvymJeFKQ4zGQed1GFppgkRHL9kaELCbyksJtPX",
    ),
    otherwise=Instruction("other"),
)
