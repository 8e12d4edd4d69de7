"""Accounts over memory: real cryptography, nothing stored outside the test."""

import os
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from commands.bus import command_bus
from commands.repository import LogRepository
from domain.account import Account
from infra.security.access_tokens import AccessTokens
from infra.security.accounts import SealedAccounts
from infra.security.authenticator import CredentialAuthenticator
from infra.security.key_hashes import KeyHashes
from infra.security.master_key import KEY_BYTES, MasterKey
from infra.security.passwords import Passwords
from infra.security.sealing import Erased
from projections.views import KeyHolder
from tests.support.memory_log import MemoryLog

EMAIL: Final = "Alice@Example.org"
PASSWORD: Final = "correct horse battery"
TOKEN_SECONDS: Final = 600


def pem() -> str:
    """A fresh Ed25519 key."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class MemoryPersonKeys:
    """A PersonKeys as a dict."""

    def __init__(self) -> None:
        self.keys: dict[UUID, bytes | None] = {}

    async def ensure(self, person: UUID) -> bytes:
        """Made when there is none."""
        self.keys.setdefault(person, os.urandom(KEY_BYTES))
        return await self.find(person)

    async def find(self, person: UUID) -> bytes:
        """The key, or Erased."""
        key = self.keys.get(person)
        if key is None:
            raise Erased(str(person))
        return key

    async def destroy(self, person: UUID) -> None:
        """Gone for good."""
        self.keys[person] = None


class Holders:
    """An ApiKeyQuery over the log itself: it is never behind."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self.asked = 0

    async def holder(self, key_id: str) -> KeyHolder | None:
        """Who was given the key."""
        self.asked += 1
        for recorded in self._log.recorded:
            event = recorded.event
            if isinstance(event, Account.ApiKeyIssued) and event.key.key_id == key_id:
                return KeyHolder(key_id, recorded.stream_id, revoked=False)
        return None


class CountedHashes(KeyHashes):
    """Counts the slow checks."""

    def __init__(self) -> None:
        super().__init__()
        self.checked = 0

    async def matches(self, kept: str, secret: str) -> bool:
        """Check, and count."""
        self.checked += 1
        return await super().matches(kept, secret)


class People:
    """Everything that guards accounts, and a clock that the test moves."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.persons = MemoryPersonKeys()
        self.master = MasterKey(os.urandom(KEY_BYTES))
        self.tokens = AccessTokens.signed_by_key(pem(), TOKEN_SECONDS)
        self.passwords, self.hashes = Passwords(), CountedHashes()
        self.holders = Holders(self.log)
        self.ahead = timedelta()
        self.accounts = SealedAccounts(
            command_bus(self.log),
            self.log,
            self.persons,
            self.master,
            self.tokens,
            self.passwords,
            self.hashes,
            checkpoints=None,
            now=self.now,
        )
        self.authenticator = CredentialAuthenticator(
            self.tokens,
            self.holders,
            LogRepository(Account, self.log),
            self.persons,
            self.hashes,
            self.master.key_pepper,
            now=self.now,
        )

    def now(self) -> datetime:
        """The test's time."""
        return datetime.now(UTC) + self.ahead

    def close(self) -> None:
        """End the threads."""
        self.passwords.close()
        self.hashes.close()
