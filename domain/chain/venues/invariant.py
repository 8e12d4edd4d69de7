"""Invariant. Layout: invariant-labs/protocol, programs/invariant/src/instructions."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor

VENUE: Final = Venue(
    "invariant",
    ("HyaB3W9q6XdA5xwpU4XnSZV94htfmbmqJXZcEbRaJutt",),
    instructions={
        **anchor(
            swap=Instruction(pool=1, user=7),
            create_position=Instruction("add", pool=3),
            remove_position=Instruction("remove", pool=3),
            claim_fee=Instruction("collect", pool=1),
            create_pool=Instruction("create_pool", pool=1),
        ),
    },
)
