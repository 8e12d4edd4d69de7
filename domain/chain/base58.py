"""Base58 as Solana writes keys, signatures and instruction data."""

from typing import Final

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALPHABET_BYTES: Final = ALPHABET.encode()
_PAIR: Final = {
    high + low: 58 * i + j for i, high in enumerate(ALPHABET) for j, low in enumerate(ALPHABET)
}
_DIGIT: Final = {character: digit for digit, character in enumerate(ALPHABET)}
_CHUNK: Final = 10  # characters whose value fits a machine word, which keeps the sums cheap
_CHUNK_SCALE: Final = 58**_CHUNK
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
    try:
        number = _number(text, length)
    except KeyError:
        raise ValueError("not base58") from None
    zeros = length - len(text.lstrip("1")) if length and text[0] == "1" else 0
    return number.to_bytes(zeros + (number.bit_length() + 7) // 8)


def _number(text: str, length: int) -> int:
    number = 0
    start = length % _CHUNK
    if start:
        for character in text[:start]:
            number = number * 58 + _DIGIT[character]
    for chunk in range(start, length, _CHUNK):
        value = 0
        for pair in range(chunk, chunk + _CHUNK, 2):
            value = value * 3364 + _PAIR[text[pair : pair + 2]]
        number = number * _CHUNK_SCALE + value
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
