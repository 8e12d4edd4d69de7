"""Boop.fun bonding curve. Layout: boop.fun IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor

VENUE: Final = Venue(
    "boop",
    ("boop8hVGQGqehUK2iVEMEnMrL5RbjywRzHKBmBE7ry4",),
    instructions={
        **anchor(
            buy_token=Instruction(pool=1, user=6),
            sell_token=Instruction(pool=1, user=4, pays_direct=True),
            create_token=Instruction("create_token"),
            create_raydium_pool=Instruction("migrate"),
        ),
    },
    pays_direct=True,
)
