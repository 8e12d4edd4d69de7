"""Raydium's stable-coin AMM. Layout: raydium-io, the same tags as its AMM v4."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "raydium-stable",
    ("5quBtoiQqxF9Jv6KYKctB59NT3gtJD2Y65kdnB1Uev3h",),
    prefix=1,
    instructions={
        b"\x03": Instruction("add", pool=1),
        b"\x04": Instruction("remove", pool=1),
        b"\x09": Instruction(pool=1, user=-1),
        b"\x0b": Instruction(pool=1, user=-1),
    },
    otherwise=None,
)
