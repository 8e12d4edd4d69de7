"""GooseFX SSL v2 and GAMMA. Layout: GooseFX1, gfx-ssl-v2 and gamma IDLs."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, each

VENUE: Final = Venue(
    "goosefx",
    (
        "GFXsSL5sSaDfNFQUYsHekbWBW1TsFdjDYzACh62tEHxn",
        "GAMMA7meSFWaBXF25oSUgmGRwaW6sCMFLmBNiMSdbHVT",
    ),
    instructions={
        **each(Instruction(pool=3, user=0), "swap_base_input", "swap_base_output"),
        **each(Instruction(pool=3, user=0), "oracle_based_swap_base_input"),
        **each(Instruction("add"), "deposit"),
        **each(Instruction("remove"), "withdraw"),
        **each(Instruction(pool=0), "swap"),
    },
)
