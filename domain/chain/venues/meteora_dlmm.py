"""Meteora DLMM. Layout: MeteoraAg/dlmm-sdk, idls/dlmm.json."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, each

_ADD: Final = Instruction("add", pool=1)
_REMOVE: Final = Instruction("remove", pool=1)
VENUE: Final = Venue(
    "meteora-dlmm",
    ("LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo",),
    instructions={
        **each(
            Instruction(pool=0, user=10),
            "swap",
            "swap2",
            "swap_exact_out",
            "swap_exact_out2",
            "swap_with_price_impact",
            "swap_with_price_impact2",
        ),
        **each(
            _ADD,
            "add_liquidity",
            "add_liquidity2",
            "add_liquidity_by_weight",
            "add_liquidity_by_strategy",
            "add_liquidity_by_strategy2",
            "add_liquidity_by_strategy_one_side",
            "add_liquidity_one_side",
            "add_liquidity_one_side_precise",
            "add_liquidity_one_side_precise2",
        ),
        **each(
            _REMOVE,
            "remove_liquidity",
            "remove_liquidity2",
            "remove_all_liquidity",
            "remove_liquidity_by_range",
            "remove_liquidity_by_range2",
        ),
        **each(Instruction("collect", pool=0), "claim_fee", "claim_fee2", "claim_reward"),
        **each(
            Instruction("create_pool", pool=0),
            "initialize_lb_pair",
            "initialize_lb_pair2",
            "initialize_customizable_permissionless_lb_pair",
            "initialize_customizable_permissionless_lb_pair2",
        ),
    },
)
