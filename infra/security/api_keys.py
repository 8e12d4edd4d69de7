"""API keys: ``cx_live_<id>_<secret><checksum>``, recognisable, and refused unread when mistyped."""

import secrets
import string
import zlib
from typing import Final, NamedTuple

PREFIX: Final = "cx_live_"
ID_CHARACTERS: Final = 16
SECRET_CHARACTERS: Final = 43
"""256 bits in base62; bcrypt takes 72 bytes."""
CHECKSUM_CHARACTERS: Final = 6
_ALPHABET: Final = string.digits + string.ascii_letters
_LENGTH: Final = len(PREFIX) + ID_CHARACTERS + 1 + SECRET_CHARACTERS + CHECKSUM_CHARACTERS
_ALLOWED: Final = frozenset(_ALPHABET)


class ApiKeyText(NamedTuple):
    """The parts of a key whose checksum is right."""

    key_id: str
    secret: str

    @property
    def text(self) -> str:
        """The whole key, as its holder keeps it."""
        body = f"{PREFIX}{self.key_id}_{self.secret}"
        return body + checksum(body)


def new_key() -> ApiKeyText:
    """A key nobody else has."""
    return ApiKeyText(_random(ID_CHARACTERS), _random(SECRET_CHARACTERS))


def parse_key(text: str) -> ApiKeyText | None:
    """The parts of a key, None for anything that we never issued."""
    if len(text) != _LENGTH or not text.startswith(PREFIX):
        return None
    body, given = text[:-CHECKSUM_CHARACTERS], text[-CHECKSUM_CHARACTERS:]
    key_id, separator, secret = body.removeprefix(PREFIX).partition("_")
    if separator != "_" or len(key_id) != ID_CHARACTERS or not _ALLOWED.issuperset(key_id + secret):
        return None
    return ApiKeyText(key_id, secret) if checksum(body) == given else None


def checksum(body: str) -> str:
    """CRC-32 in base62: tells a typo or a random flood without looking anything up."""
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM_CHARACTERS):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


def _random(characters: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(characters))
