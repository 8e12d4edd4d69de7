"""Crema CLMM. Layout: crema-finance, clmm IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, each

VENUE: Final = Venue(
    "crema",
    ("CLMM9tUoggJu2wagPkkqs9eFG4BWhVBZWkP1qv3Sp7tR",),
    instructions={
        **each(Instruction(pool=1), "swap", "swap_with_partner"),
        **each(Instruction("add"), "increase_liquidity", "increase_liquidity_with_fixed_token"),
        **each(Instruction("remove"), "decrease_liquidity"),
        **each(Instruction("collect"), "collect_fee", "collect_rewarder"),
    },
)
