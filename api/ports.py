"""What the API needs from outside, beyond the ports of commands and projections.

Refused                      the caller cannot be served as asked; a sentence for them
├── Unauthenticated          no credential, or one that opens nothing
├── Forbidden                a good credential whose scopes do not reach this far
├── Malformed                the request itself cannot be read
├── TooManyTries             wait ``retry_after_seconds`` first
└── Overloaded               we are too busy just now; try again soon
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal, Protocol
from uuid import UUID

from msgspec import Struct

from api.source import LIVE
from domain.account import Tier

Scope = Literal["read", "write", "account"]
"""What a credential may be used for: reading, changing things, managing the account itself."""
ALL_SCOPES: tuple[Scope, ...] = ("read", "write", "account")


class Refused(Exception):
    """The caller cannot be served as asked."""

    retry_after_seconds: ClassVar[int | None] = None


class Unauthenticated(Refused):
    """No credential, or one that opens nothing; why is told only as far as it helps."""


class Forbidden(Refused):
    """The credential is good, but its scopes do not reach this far."""


class Malformed(Refused):
    """The request cannot be read: ``field`` breaks ``rule``."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class TooManyTries(Refused):
    """Too many wrong tries for one thing; others are not affected."""

    retry_after_seconds = 60


class Overloaded(Refused):
    """Too much of the same is waiting already."""

    retry_after_seconds = 1


class Identity(Struct, frozen=True):
    """Who asks, by which credential, and what it may be used for.

    ``expires_at`` is when the credential ends, None for a key without an end; ``key_id`` is
    None for an access token.
    """

    account_id: UUID
    tier: Tier
    scopes: tuple[Scope, ...]
    expires_at: datetime | None
    key_id: str | None

    @property
    def actor(self) -> str:
        """How the log names whoever asks."""
        return f"user:{self.account_id}"


class Authenticator(Protocol):
    """Tells who a credential belongs to."""

    async def authenticate(self, credential: str) -> Identity:
        """Who holds the access token or API key; raises Unauthenticated, TooManyTries or
        Overloaded."""
        ...


class AccountShown(Struct, frozen=True):
    """An account as its owner sees it."""

    account_id: UUID
    email: str
    tier: Tier
    created_at: datetime


class AccessToken(Struct, frozen=True):
    """A fresh access token and when it ends."""

    token: str
    expires_at: datetime
    account: AccountShown


class KeyShown(Struct, frozen=True):
    """An API key as its owner sees it: never the secret."""

    key_id: str
    label: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked: bool


class NewKey(Struct, frozen=True):
    """An API key at the only moment it can be read."""

    secret: str
    key: KeyShown


class Accounts(Protocol):
    """People and their keys; personal data is sealed before it is recorded."""

    async def register(self, email: str, password: str, correlation_id: UUID) -> AccessToken:
        """Open an account; raises InvalidValue, or NotAllowed when the e-mail has one."""
        ...

    async def log_in(self, email: str, password: str) -> AccessToken:
        """Exchange a password for an access token; raises Unauthenticated or Overloaded."""
        ...

    async def account(self, account_id: UUID) -> AccountShown:
        """The account; raises NotFound when it was erased."""
        ...

    async def issue_key(
        self,
        account_id: UUID,
        label: str,
        scopes: tuple[Scope, ...],
        expires_at: datetime | None,
        correlation_id: UUID,
    ) -> NewKey:
        """Make a key that works from now on; raises InvalidValue."""
        ...

    async def keys(self, account_id: UUID) -> Sequence[KeyShown]:
        """All keys the account ever had, oldest first."""
        ...

    async def revoke_key(self, account_id: UUID, key_id: str, correlation_id: UUID) -> None:
        """Make a key worthless; repeating changes nothing. Raises NotFound."""
        ...


class ServerState(Struct, frozen=True, rename="camel"):
    """Whether one server answers, and how fast or why not."""

    name: str
    reachable: bool
    detail: str


class ConsumerState(Struct, frozen=True, rename="camel"):
    """How far one consumer of the log is; ``position`` is None when its store is away."""

    name: str
    position: int | None
    lag: int | None


class Readiness(Struct, frozen=True, rename="camel"):
    """What this process depends on, looked at just now. ``consumers`` follow the log up to
    ``head``; ``intake`` follows the inbox of received transactions. ``source`` is ``live``, or
    ``simulated`` when nothing of it is real."""

    ready: bool
    head: int | None
    servers: Sequence[ServerState]
    consumers: Sequence[ConsumerState]
    intake: ConsumerState
    source: str = LIVE


class Health(Protocol):
    """Looks at what we depend on."""

    async def readiness(self) -> Readiness:
        """Ask everything, bounded in time; never raises."""
        ...
