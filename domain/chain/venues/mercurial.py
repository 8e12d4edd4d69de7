"""Mercurial stable swap. Layout: mercurial-finance/stable-swap-n-pool-js."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "mercurial",
    ("MERLuDFBMmsHnsBPZw2sDQZHvXFMwp8EdjudcU2HKky",),
    prefix=1,
    instructions={b"\x04": Instruction(pool=0, user=3)},
    otherwise=Instruction(pool=0),
)
