"""One person's account: what they may do and the keys they hold.

Whatever names the person (e-mail, password hash, key labels) is sealed under a key of their
own before it gets here, so that destroying that key erases them while the log stays whole.
"""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from msgspec import Struct

from domain.aggregate import Aggregate, Created, DomainEvent, event, stream_id
from domain.errors import NotAllowed, NotFound

Tier = Literal["free", "pro", "enterprise"]
Sealed = bytes
"""Ciphertext under the person's own key."""


class ApiKey(Struct, frozen=True, array_like=True):
    """A key somebody holds: ``key_id`` is public, ``secret_hash`` (bcrypt, sealed) is not."""

    key_id: str
    secret_hash: Sealed
    label: Sealed
    scopes: tuple[str, ...]
    expires_at: datetime | None


class Account(Aggregate):
    """Who somebody is to us."""

    TOPIC = "Account"

    class Registered(Created, frozen=True, array_like=True):
        TOPIC = "account.registered.v1"
        email_index: str
        email: Sealed
        password_hash: Sealed
        tier: Tier

    class PasswordChanged(DomainEvent, frozen=True, array_like=True):
        TOPIC = "account.password-changed.v1"
        password_hash: Sealed

    class TierChanged(DomainEvent, frozen=True, array_like=True):
        TOPIC = "account.tier-changed.v1"
        tier: Tier

    class ApiKeyIssued(DomainEvent, frozen=True, array_like=True):
        TOPIC = "account.api-key-issued.v1"
        key: ApiKey

    class ApiKeyRevoked(DomainEvent, frozen=True, array_like=True):
        TOPIC = "account.api-key-revoked.v1"
        key_id: str

    class Erased(DomainEvent, frozen=True, array_like=True):
        TOPIC = "account.erased.v1"

    @staticmethod
    def create_id(email_index: str) -> UUID:
        """Keyed hash of the e-mail: the same person registers once, and nobody can guess."""
        return stream_id("account", email_index)

    @classmethod
    def register(
        cls, email_index: str, email: Sealed, password_hash: Sealed, tier: Tier = "free"
    ) -> Self:
        """Open an account."""
        return cls(email_index, email, password_hash, tier)

    def change_password(self, password_hash: Sealed) -> None:
        """Replace the password; raises NotAllowed when erased."""
        self._require_present()
        if password_hash != self.password_hash:
            self._password_changed(password_hash)

    def change_tier(self, tier: Tier) -> None:
        """Move to another tier; raises NotAllowed when erased."""
        self._require_present()
        if tier != self.tier:
            self._tier_changed(tier)

    def issue_api_key(self, key: ApiKey) -> None:
        """Hand out a key; raises NotAllowed when erased."""
        self._require_present()
        if key.key_id not in self.api_keys:
            self._api_key_issued(key)

    def revoke_api_key(self, key_id: str) -> None:
        """Make a key worthless; raises NotFound when the account never had it."""
        if key_id not in self.api_keys:
            raise NotFound("API key", key_id)
        if key_id not in self.revoked_keys:
            self._api_key_revoked(key_id)

    def erase(self) -> None:
        """Forget the person; whoever calls this also destroys their key."""
        if not self.is_erased:
            self._erased()

    @event(Registered)
    def __init__(self, email_index: str, email: Sealed, password_hash: Sealed, tier: Tier) -> None:
        self.email, self.password_hash, self.tier = email, password_hash, tier
        self.api_keys: dict[str, ApiKey] = {}
        self.revoked_keys: set[str] = set()
        self.is_erased = False

    @event(PasswordChanged)
    def _password_changed(self, password_hash: Sealed) -> None:
        self.password_hash = password_hash

    @event(TierChanged)
    def _tier_changed(self, tier: Tier) -> None:
        self.tier = tier

    @event(ApiKeyIssued)
    def _api_key_issued(self, key: ApiKey) -> None:
        self.api_keys[key.key_id] = key

    @event(ApiKeyRevoked)
    def _api_key_revoked(self, key_id: str) -> None:
        self.revoked_keys.add(key_id)

    @event(Erased)
    def _erased(self) -> None:
        self.is_erased = True

    def _require_present(self) -> None:
        if self.is_erased:
            raise NotAllowed("account", "it was erased")
