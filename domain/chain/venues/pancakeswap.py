"""PancakeSwap on Solana, a fork of Raydium's CLMM. Layout: Raydium's."""

from typing import Final

from domain.chain.venues.layout import Venue
from domain.chain.venues.raydium_clmm import LAYOUT

VENUE: Final = Venue(
    "pancakeswap", ("HpNfyc2Saw7RKkQd8nEL4khUcuPhQ7WwY1B2qjx8jxFq",), instructions=LAYOUT
)
