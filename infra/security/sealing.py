"""Personal data sealed under a key of the person's own: destroy the key, and it is gone."""

from typing import Final, Literal, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.security.master_key import seal, unseal

Field = Literal["email", "password", "key-secret", "key-label"]
"""Where a sealed value belongs; it does not open anywhere else."""


class Erased(Exception):
    """The person's key was destroyed: what it sealed stays sealed for ever."""


class PersonKeys(Protocol):
    """Keeps one key for each person."""

    async def ensure(self, person: UUID) -> bytes:
        """The person's key, made when there is none; durable when it returns. Raises Erased."""
        ...

    async def find(self, person: UUID) -> bytes:
        """The person's key; raises Erased when there is none, or none any more."""
        ...

    async def destroy(self, person: UUID) -> None:
        """Erase the person; repeating changes nothing."""
        ...


class PersonSeal:
    """Seals and opens what belongs to one person."""

    def __init__(self, person: UUID, key: bytes) -> None:
        self._person: Final = person
        self._cipher = AESGCM(key)

    def seal(self, text: str, field: Field) -> bytes:
        """The text, opening only as that field of that person."""
        return seal(self._cipher, text.encode(), self._place(field))

    def open(self, sealed: bytes, field: Field) -> str:
        """The text; raises Unreadable."""
        return unseal(self._cipher, sealed, self._place(field)).decode()

    def _place(self, field: Field) -> bytes:
        return self._person.bytes + field.encode()
