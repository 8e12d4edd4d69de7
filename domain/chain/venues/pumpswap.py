"""PumpSwap (Pump AMM). Layout: pump-fun/pump-public-docs, idl/pump_amm.json."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor, each

VENUE: Final = Venue(
    "pumpswap",
    ("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA",),
    instructions={
        **each(Instruction(pool=0, user=1), "buy", "buy_exact_quote_in", "sell"),
        **anchor(
            create_pool=Instruction("create_pool", pool=0),
            deposit=Instruction("add", pool=0),
            withdraw=Instruction("remove", pool=0),
        ),
    },
    otherwise=Instruction("other"),
)
