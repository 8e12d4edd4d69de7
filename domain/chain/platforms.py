"""Wallets that take the fee of a trading bot or platform, by its name."""

from collections.abc import Mapping
from typing import Final

PLATFORM_OF: Final[Mapping[str, str]] = {}
"""The platform a payment to this wallet goes to."""
