"""Perena Numeraire. Layout: perena, numeraire IDL."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "perena",
    ("NUMERUNsFCP3kuNmWZuXtm1AaQCPj9uw6Guv2Ekoi5P",),
    otherwise=Instruction(pool=0),
)
