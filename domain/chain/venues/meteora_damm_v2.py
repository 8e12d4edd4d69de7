"""Meteora DAMM v2. Layout: MeteoraAg/damm-v2-sdk, src/idl/cp_amm.json."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor, each

VENUE: Final = Venue(
    "meteora-damm-v2",
    ("cpamdpZCGKUy5JxQXB4dcpGPiikHawvSWAd6mEn1sGG",),
    instructions={
        **each(Instruction(pool=1, user=8), "swap", "swap2"),
        **anchor(add_liquidity=Instruction("add", pool=0)),
        **each(Instruction("remove", pool=1), "remove_liquidity", "remove_all_liquidity"),
        **each(
            Instruction("create_pool", pool=6),
            "initialize_pool",
            "initialize_pool_with_dynamic_config",
            "initialize_customizable_pool",
        ),
        **each(Instruction("collect", pool=1), "claim_position_fee", "claim_reward"),
    },
)
