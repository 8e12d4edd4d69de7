"""Stabble stable and weighted swap. Layout: stabbleorg, stable_swap and weighted_swap IDLs."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, each

VENUE: Final = Venue(
    "stabble",
    (
        "swapNyd8XiQwJ6ianp9snpu4brUqFxadzvHebnAXjJZ",
        "swapFpHZwjELNnjvThjajtiVmkz3yPQEHjLtka2fwHW",
    ),
    instructions={
        **each(Instruction(pool=5, user=0), "swap"),
        **each(Instruction(pool=7, user=0), "swap_v2"),
        **each(Instruction("add"), "deposit"),
        **each(Instruction("remove"), "withdraw"),
    },
)
