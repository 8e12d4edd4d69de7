"""Raydium AMM v4. Layout: raydium-io/raydium-amm, program/src/instruction.rs."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "raydium-v4",
    ("675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8",),
    prefix=1,
    instructions={
        b"\x01": Instruction("create_pool", pool=4),
        b"\x03": Instruction("add", pool=1),
        b"\x04": Instruction("remove", pool=1),
        b"\x07": Instruction("collect", pool=1),
        b"\x09": Instruction(pool=1, user=-1),
        b"\x0b": Instruction(pool=1, user=-1),
        b"\x10": Instruction(pool=1, user=-1),
        b"\x11": Instruction(pool=1, user=-1),
    },
    otherwise=None,
)
