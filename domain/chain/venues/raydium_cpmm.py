"""Raydium CPMM. Layout: raydium-io/raydium-cp-swap, programs/cp-swap/src/instructions."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor, each

VENUE: Final = Venue(
    "raydium-cpmm",
    ("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C",),
    instructions={
        **each(Instruction(pool=3, user=0), "swap_base_input", "swap_base_output"),
        **each(Instruction("create_pool", pool=3), "initialize", "initialize_with_permission"),
        **anchor(
            deposit=Instruction("add", pool=2),
            withdraw=Instruction("remove", pool=2),
            collect_protocol_fee=Instruction("collect", pool=2),
            collect_fund_fee=Instruction("collect", pool=2),
            collect_creator_fee=Instruction("collect", pool=2),
        ),
    },
)
