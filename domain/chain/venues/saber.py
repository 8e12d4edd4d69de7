"""Saber stable swap. Layout: saber-hq/stable-swap, stable-swap-client/src/instruction.rs."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "saber",
    ("SSwpkEEcbUqx4vtoEByFjSkhKdCT862DNVb52nZg1UZ",),
    prefix=1,
    instructions={
        b"\x01": Instruction(pool=0, user=2),
        b"\x02": Instruction("add", pool=0),
        b"\x03": Instruction("remove", pool=0),
        b"\x04": Instruction("remove", pool=0),
    },
    otherwise=None,
)
