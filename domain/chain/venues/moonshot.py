"""Moonshot (Moonit). Layout: gomoonit, token_launchpad IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor

VENUE: Final = Venue(
    "moonshot",
    ("MoonCVVNZFSYkqNXP6bxHLPL6QQJiMagDL3qcqUQTrG",),
    instructions={
        **anchor(
            buy=Instruction(pool=2, user=0),
            sell=Instruction(pool=2, user=0, pays_direct=True),
            token_mint=Instruction("create_token", pool=2),
            migrate_funds=Instruction("migrate"),
        ),
    },
    otherwise=Instruction("other"),
    pays_direct=True,
)
