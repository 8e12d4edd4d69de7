"""Base58 as Solana writes keys, signatures and instruction data."""

from operator import mul
from typing import Final

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALPHABET_BYTES: Final = ALPHABET.encode()
_NOT_A_DIGIT: Final = 255
_DIGITS: Final = bytes(
    ALPHABET.find(chr(code)) if chr(code) in ALPHABET else _NOT_A_DIGIT for code in range(256)
)
_CHUNK: Final = 10  # characters whose value fits a machine word, which keeps the sums cheap
_CHUNK_SCALE: Final = 58**_CHUNK
_POWERS: Final = tuple(
    tuple(58**power for power in range(length - 1, -1, -1)) for length in range(2 * _CHUNK + 1)
)
DATA_CHARACTERS_MAX: Final = 16_384
"""Instruction data is at most a transaction (1,232 bytes) or a CPI payload (10 KiB) long."""


def encode(raw: bytes) -> str:
    """Base58 of ``raw``, a "1" for every leading zero byte."""
    number = int.from_bytes(raw)
    pairs = []
    while number:
        number, rest = divmod(number, 3364)
        pairs.append(ALPHABET[rest % 58] + ALPHABET[rest // 58])
    text = "".join(pairs)[::-1].lstrip("1")
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def decode(text: str) -> bytes:
    """The bytes ``text`` stands for; raises ValueError saying what is wrong with it."""
    length = len(text)
    if length > DATA_CHARACTERS_MAX:
        raise ValueError(f"{length} base58 characters, too long for Solana")
    digits = text.encode().translate(_DIGITS)
    if _NOT_A_DIGIT in digits:
        raise ValueError("not base58")
    if length < len(_POWERS):
        number: int = sum(map(mul, digits, _POWERS[length]))
    else:
        number = _long(digits)
    zeros = length - len(text.lstrip("1")) if digits and not digits[0] else 0
    return number.to_bytes(zeros + (number.bit_length() + 7) // 8)


def _long(digits: bytes) -> int:
    length = len(digits)
    start = length % _CHUNK
    number: int = sum(map(mul, digits[:start], _POWERS[start]))
    powers = _POWERS[_CHUNK]
    for chunk in range(start, length, _CHUNK):
        number = number * _CHUNK_SCALE + sum(map(mul, digits[chunk : chunk + _CHUNK], powers))
    return number


def _bounds(size: int) -> tuple[dict[int, tuple[str, str]], int, int]:
    """For every count of leading "1": the least and greatest text without them.

    The alphabet is in ASCII order, so texts of one length compare as their numbers do.
    """
    bounds = {}
    for zeros in range(size + 1):
        rest = size - zeros
        bounds[zeros] = (
            (encode(b"\x01" + bytes(rest - 1)), encode(b"\xff" * rest)) if rest else ("", "")
        )
    return bounds, size, len(bounds[0][1])


_SIGNATURE: Final = _bounds(64)
_ADDRESS: Final = _bounds(32)


def is_signature(text: str) -> bool:
    """Whether ``text`` is base58 of exactly 64 bytes, told without computing the bytes."""
    return _is_of_size(text, _SIGNATURE)


def is_address(text: str) -> bool:
    """Whether ``text`` is base58 of exactly 32 bytes, told without computing the bytes."""
    return _is_of_size(text, _ADDRESS)


def _is_of_size(text: str, size: tuple[dict[int, tuple[str, str]], int, int]) -> bool:
    bounds, shortest, longest = size
    if not shortest <= len(text) <= longest or not text.isascii():
        return False
    if text.encode().translate(None, _ALPHABET_BYTES):
        return False
    zeros = 0
    if text[0] == "1":
        digits = text.lstrip("1")
        zeros, text = len(text) - len(digits), digits
        if zeros not in bounds:
            return False
    least, greatest = bounds[zeros]
    if len(least) < len(text) < len(greatest):
        return True
    if len(text) == len(least) and text < least:
        return False
    if len(text) == len(greatest) and text > greatest:
        return False
    return len(least) <= len(text) <= len(greatest)
