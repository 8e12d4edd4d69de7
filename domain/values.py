"""Identifiers and units of the domain, each its own type: mixing two fails to type-check."""

from collections.abc import Mapping
from typing import Final, NewType

from domain.errors import InvalidAddress, InvalidSignature

WalletAddress = NewType("WalletAddress", str)
"""A wallet (system account) as base58 of 32 bytes."""
Mint = NewType("Mint", str)
"""A token mint as base58 of 32 bytes; native SOL counts as ``WRAPPED_SOL``."""
Signature = NewType("Signature", str)
"""A transaction's first signature as base58 of 64 bytes."""
Slot = NewType("Slot", int)
Lamports = NewType("Lamports", int)
"""10^-9 SOL."""
LAMPORTS_MAX: Final = Lamports(2**64 - 1)
"""What the chain's and the log's integers hold; all SOL there is takes a thirtieth of it."""
BaseUnits = NewType("BaseUnits", int)
"""A token amount in its smallest unit; the mint's decimals give the scale."""
UnixSeconds = NewType("UnixSeconds", int)
"""Chain time, as a block states it."""
GlobalPosition = NewType("GlobalPosition", int)
"""Place in the log, gapless from 1, in commit order."""
StreamVersion = NewType("StreamVersion", int)
"""Place in one stream, gapless from 1."""

WRAPPED_SOL: Final = Mint("So11111111111111111111111111111111111111112")
SOL_DECIMALS: Final = 9
STABLE_COINS: Final[Mapping[Mint, str]] = {
    Mint("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"): "USDC",
    Mint("Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"): "USDT",
}
"""Mints that are money rather than positions: spending one is buying."""

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT = {character: digit for digit, character in enumerate(_BASE58)}
ADDRESS_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_ADDRESS_CHARACTERS = range(32, 45)
_SIGNATURE_CHARACTERS = range(64, 89)


def wallet_address(text: str) -> WalletAddress:
    """Check that ``text`` is base58 of 32 bytes; raises InvalidAddress."""
    _require_address(text)
    return WalletAddress(text)


def mint_address(text: str) -> Mint:
    """Check that ``text`` is base58 of 32 bytes; raises InvalidAddress."""
    _require_address(text)
    return Mint(text)


def signature(text: str) -> Signature:
    """Check that ``text`` is base58 of 64 bytes; raises InvalidSignature."""
    if len(text) not in _SIGNATURE_CHARACTERS or _decoded_length(text) != SIGNATURE_BYTES:
        raise InvalidSignature(text)
    return Signature(text)


def _require_address(text: str) -> None:
    if len(text) not in _ADDRESS_CHARACTERS or _decoded_length(text) != ADDRESS_BYTES:
        raise InvalidAddress(text)


def _decoded_length(text: str) -> int | None:
    """How many bytes base58 ``text`` stands for, or None when a character is not base58's."""
    number = 0
    for character in text:
        digit = _DIGIT.get(character)
        if digit is None:
            return None
        number = number * 58 + digit
    leading_zeros = len(text) - len(text.lstrip("1"))
    return leading_zeros + (number.bit_length() + 7) // 8
