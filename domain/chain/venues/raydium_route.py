"""Raydium's router over its own pools. Layout: observed (no source is published)."""

from typing import Final

from domain.chain.venues.layout import Venue

VENUE: Final = Venue(
    "raydium-route", ("routeUGWgWzqBWFcrCfv8tritsqukccJPu3q5GPP3xS",), kind="router"
)
