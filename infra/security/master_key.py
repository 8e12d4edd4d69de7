"""The master key, and the keys for single purposes that are derived from it."""

import hmac
import os
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
"""AES-256."""
NONCE_BYTES: Final = 12
"""Random; one key seals far fewer than the 2^32 messages at which that becomes unsafe."""


class Unreadable(Exception):
    """Sealed bytes do not open: another key, another place, or they were changed."""


class MasterKey:
    """What an operator keeps safe; nothing is encrypted under it directly."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the master key has {len(key)} bytes, it needs {KEY_BYTES}")
        self._wrapping = AESGCM(_derived(key, b"wrap person keys"))
        self._index_key = _derived(key, b"index e-mails")
        self.key_pepper: Final = _derived(key, b"recognise API keys")
        """Keys the fingerprints under which verified API keys are remembered."""

    def wrap(self, key: bytes, person: UUID) -> bytes:
        """A person's key as it may be stored."""
        return seal(self._wrapping, key, person.bytes)

    def unwrap(self, wrapped: bytes, person: UUID) -> bytes:
        """A person's key from its stored form; raises Unreadable."""
        return unseal(self._wrapping, wrapped, person.bytes)

    def email_index(self, email: str) -> str:
        """The same e-mail, the same index; nobody without the key can guess one from the other."""
        return hmac.new(self._index_key, normalised(email).encode(), sha256).hexdigest()


def normalised(email: str) -> str:
    """The form in which e-mails are compared."""
    return email.strip().casefold()


def seal(cipher: AESGCM, plain: bytes, place: bytes) -> bytes:
    """Encrypt so that it opens at ``place`` alone: nonce, ciphertext, tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, place)


def unseal(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    """The plain text; raises Unreadable."""
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        raise Unreadable("sealed bytes do not open here") from None


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"cipherx " + purpose).derive(key)
