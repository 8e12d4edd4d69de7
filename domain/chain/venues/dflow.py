"""DFlow aggregator v4. Layout: observed, and its SwapEvent."""

from typing import Final

from domain.chain.venues.layout import Venue

VENUE: Final = Venue(
    "dflow",
    ("DF1ow4tspfHX9JwWJsAb9epbkA8hmpSEAtxXy1V27QBH",),
    kind="router",
)
