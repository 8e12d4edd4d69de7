"""Phoenix. Layout: Ellipsis-Labs/phoenix-v1, src/program/instruction.rs."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "phoenix",
    ("PhoeNiXZ8ByJGLkxNfZRnkUfjvmuYqLR89jjFHGqdXY",),
    prefix=1,
    instructions={b"\x00": Instruction(pool=2, user=3)},
    otherwise=Instruction("other"),  # resting orders: funds in or out, not a trade yet
)
