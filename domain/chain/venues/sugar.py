"""Sugar bonding curve. Layout: observed."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "sugar",
    ("deus4Bvftd5QKcEkE5muQaWGWDoma8GrySvPFrBPjhS",),
    otherwise=Instruction(pays_direct=True),
    pays_direct=True,
)
