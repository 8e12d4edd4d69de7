"""Jupiter v2, v4 and v6 routes. Layout: jup-ag, jupiter IDLs; legs are the calls it makes."""

from typing import Final

from domain.chain.venues.layout import Venue

V6: Final = Venue(
    "jupiter-v6",
    ("JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4",),
    kind="router",
)
V4: Final = Venue(
    "jupiter-v4",
    ("JUP4Fb2cqiRUcaTHdrPC8h2gNsA2ETXiPDD33WcGuJB",),
    kind="router",
)
V3: Final = Venue(
    "jupiter-v3",
    ("JUP3c2Uh3WA4Ng34tw6kPd2G4C5BB21Xo36Je1s32Ph",),
    kind="router",
)
V2: Final = Venue(
    "jupiter-v2",
    ("JUP2jxvXaqu7NQY1GmNF4m1vodw12LVXYxbFL2uJvfo",),
    kind="router",
)
