"""Orca Whirlpool. Layout: orca-so/whirlpools, programs/whirlpool/src/instructions."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor, each

VENUE: Final = Venue(
    "orca-whirlpool",
    ("whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc",),
    instructions={
        **each(Instruction("add", pool=0), "increase_liquidity", "increase_liquidity_v2"),
        **each(Instruction("remove", pool=0), "decrease_liquidity", "decrease_liquidity_v2"),
        **each(Instruction("collect", pool=0), "collect_fees", "collect_fees_v2"),
        **each(Instruction("collect", pool=0), "collect_reward", "collect_reward_v2"),
        **each(Instruction("collect", pool=1), "collect_protocol_fees", "collect_protocol_fees_v2"),
        **anchor(
            swap=Instruction(pool=2, user=1),
            swap_v2=Instruction(pool=4, user=3),
            two_hop_swap=Instruction(user=1, pools=(2, 3)),
            two_hop_swap_v2=Instruction(user=14, pools=(0, 1)),
            initialize_pool=Instruction("create_pool", pool=4),
            initialize_pool_v2=Instruction("create_pool", pool=6),
        ),
    },
    otherwise=Instruction("other"),
)
