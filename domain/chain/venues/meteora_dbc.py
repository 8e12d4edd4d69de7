"""Meteora dynamic bonding curve. Layout: MeteoraAg/dynamic-bonding-curve-sdk, its IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, each

VENUE: Final = Venue(
    "meteora-dbc",
    ("dbcij3LWUppWqq96dh6gJWwBifmcGfLSB5D4DuSMaqN",),
    instructions={
        **each(Instruction(pool=2, user=9), "swap", "swap2"),
        **each(
            Instruction("create_token", pool=5),
            "initialize_virtual_pool_with_spl_token",
            "initialize_virtual_pool_with_token2022",
        ),
        **each(Instruction("migrate"), "migrate_meteora_damm", "migration_damm_v2"),
        **each(
            Instruction("collect"),
            "claim_creator_trading_fee",
            "claim_protocol_fee",
            "claim_trading_fee",
            "creator_withdraw_surplus",
            "partner_withdraw_surplus",
            "protocol_withdraw_surplus",
        ),
    },
)
