"""Heaven. Layout: heaven.xyz IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, each

VENUE: Final = Venue(
    "heaven",
    ("HEAVENoP2qxoeuF8Dj2oT1GHEnu49U5mJYkdeC8BAX2o",),
    instructions={
        **each(Instruction(pool=3, user=4), "buy", "sell"),
        **each(Instruction("create_pool"), "create_standard_liquidity_pool"),
    },
)
