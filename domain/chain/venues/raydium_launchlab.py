"""Raydium LaunchLab. Layout: raydium-io/raydium-idl, raydium_launchpad."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, each

VENUE: Final = Venue(
    "raydium-launchlab",
    ("LanMV9sAd7wArD4vJFi2qDdfnVhFxYSUg6eADduJ3uj",),
    instructions={
        **each(
            Instruction(pool=4, user=0),
            "buy_exact_in",
            "buy_exact_out",
            "sell_exact_in",
            "sell_exact_out",
        ),
        **each(
            Instruction("create_token", pool=5),
            "initialize",
            "initialize_v2",
            "initialize_with_token_2022",
        ),
        **each(Instruction("migrate"), "migrate_to_amm", "migrate_to_cpswap"),
        **each(Instruction("collect"), "collect_fee", "collect_migrate_fee", "claim_platform_fee"),
    },
)
