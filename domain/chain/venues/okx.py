"""OKX DEX router. Layout: okx/DEX-Router-Solana-V1."""

from typing import Final

from domain.chain.venues.layout import Venue

VENUE: Final = Venue(
    "okx",
    (
        "6m2CDdhRgxpH4WjvdzxAYbGxwdGUz5MziiL5jek2kBma",
        "HV1KXxWFaSeriyFvXyx48FqG9BoFbfinB8njCJonqP7K",
        "proVF4pMXVaYqmy4NjniPh4pqKNfMmsihgd4wdkCX3u",
    ),
    kind="router",
)
