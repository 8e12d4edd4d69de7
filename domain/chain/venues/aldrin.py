"""Aldrin v1 and v2. Layout: aldrin-labs, AMM IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor

VENUE: Final = Venue(
    "aldrin",
    (
        "AMM55ShdkoGRB5jVYPjWziwk8m5MpwyDgsMWHaMSQWH6",
        "CURVGoZn8zycx6FXwwevgBTB2gVvdbGTEpvMJDbgs2t4",
    ),
    instructions={
        **anchor(
            swap=Instruction(pool=0),
            create_basket=Instruction("add", pool=0),
            redeem_basket=Instruction("remove", pool=0),
        ),
    },
)
