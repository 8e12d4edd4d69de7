"""Meteora dynamic AMM v1. Layout: MeteoraAg/dynamic-amm-sdk, the amm IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor, each

VENUE: Final = Venue(
    "meteora-damm-v1",
    ("Eo7WjKq67rjJQSZxS6z3YkapzY3eMj6Xy8X5EQVn5UaB",),
    instructions={
        **anchor(swap=Instruction(pool=0, user=12)),
        **each(
            Instruction("add", pool=0),
            "add_balance_liquidity",
            "add_imbalance_liquidity",
            "bootstrap_liquidity",
        ),
        **each(
            Instruction("remove", pool=0),
            "remove_balance_liquidity",
            "remove_liquidity_single_side",
        ),
        **each(
            Instruction("create_pool", pool=0),
            "initialize_permissionless_pool",
            "initialize_permissionless_pool_with_fee_tier",
            "initialize_permissionless_constant_product_pool_with_config",
            "initialize_permissionless_constant_product_pool_with_config2",
        ),
        **each(Instruction("collect", pool=0), "claim_fee", "lock", "partner_claim_fee"),
    },
)
