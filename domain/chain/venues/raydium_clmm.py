"""Raydium CLMM. Layout: raydium-io/raydium-clmm, programs/amm/src/instructions."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor, each

LAYOUT: Final = {
    **each(Instruction(pool=2, user=0), "swap", "swap_v2"),
    **anchor(
        # A whole route in one instruction: seven accounts a pool follow the first six.
        swap_router_base_in=Instruction(user=0, pools=(7, 14, 21, 28)),
        create_pool=Instruction("create_pool", pool=2),
        increase_liquidity=Instruction("add", pool=2),
        increase_liquidity_v2=Instruction("add", pool=2),
        decrease_liquidity=Instruction("remove", pool=3),
        decrease_liquidity_v2=Instruction("remove", pool=3),
        open_position=Instruction("add", pool=5),
        open_position_v2=Instruction("add", pool=5),
        open_position_with_token22_nft=Instruction("add", pool=4),
    ),
    **each(Instruction("collect", pool=1), "collect_protocol_fee", "collect_fund_fee"),
    **each(Instruction("other"), "close_position", "collect_remaining_rewards"),
}
VENUE: Final = Venue(
    "raydium-clmm", ("CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK",), instructions=LAYOUT
)
