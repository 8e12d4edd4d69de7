"""OpenBook v2. Layout: openbook-dex/openbook-v2, idl/openbook_v2.json."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor

VENUE: Final = Venue(
    "openbook-v2",
    ("opnb2LAfJYbRMAHHvqjCwQxanZn7ReEHp1k81EohpZb",),
    instructions=anchor(place_take_order=Instruction(pool=2, user=0)),
    otherwise=Instruction("other"),  # resting orders: funds in or out, not a trade yet
)
