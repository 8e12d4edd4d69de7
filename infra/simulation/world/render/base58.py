"""Base58 of any bytes, three digits at a time: instruction data has no other fast encoder here."""

from functools import lru_cache
from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = [a + b for a in _ALPHABET for b in _ALPHABET]
_TRIPLES: Final = [a + pair for a in _ALPHABET for pair in _PAIRS]
_TRIPLE: Final = 58**3
_CHUNK_DIGITS: Final = 9
_CHUNK: Final = 58**_CHUNK_DIGITS
_CACHED: Final = 4_096
_CACHED_BYTES: Final = 16
"""Short data (a transfer of zero, a close, a unit limit) repeat; long ones never do."""


def base58(data: bytes) -> str:
    """Encode ``data``."""
    return _short(data) if len(data) <= _CACHED_BYTES else _encode(data)


def _encode(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    zeros = len(data) - len(data.lstrip(b"\0"))
    chunks: list[str] = []
    while number:
        number, chunk = divmod(number, _CHUNK)
        high, low = divmod(chunk, _TRIPLE)
        high, middle = divmod(high, _TRIPLE)
        chunks.append(_TRIPLES[high] + _TRIPLES[middle] + _TRIPLES[low])
    chunks.reverse()
    return "1" * zeros + "".join(chunks).lstrip("1")


_short = lru_cache(_CACHED)(_encode)
