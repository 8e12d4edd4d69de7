"""Keeps whose each API key is."""

from collections.abc import Sequence
from typing import ClassVar, Protocol
from uuid import UUID

from msgspec import Struct

from domain.account import Account
from domain.aggregate import DomainEvent
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition


class KeyIssued(Struct, frozen=True):
    """An account got a key."""

    key_id: str
    account_id: UUID


class KeyRevoked(Struct, frozen=True):
    """One key opens nothing any more."""

    key_id: str


class KeysRevoked(Struct, frozen=True):
    """None of an account's keys opens anything any more."""

    account_id: UUID


KeyChange = KeyIssued | KeyRevoked | KeysRevoked


class ApiKeyStore(Protocol):
    """Where keys are looked up."""

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied."""
        ...

    async def write(
        self, changes: Sequence[KeyChange], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the changes in order and move the checkpoint in one transaction; returns the
        checkpoint there is then. Nothing happens when it was not at ``after``."""
        ...

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        ...


class ApiKeys:
    """The account behind each key id; revoked ones stay, so that their use is recognised."""

    name: ClassVar[str] = "api-keys-v1"
    handles: ClassVar[tuple[type[DomainEvent], ...]] = (
        Account.ApiKeyIssued,
        Account.ApiKeyRevoked,
        Account.Erased,
    )

    def __init__(self, store: ApiKeyStore) -> None:
        self._store = store

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied, 0 for a view that is empty or was lost."""
        return await self._store.checkpoint()

    async def project(
        self, events: Sequence[RecordedEvent], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the events and move the checkpoint, in one atomic step."""
        changes = [change for recorded in events for change in _changes(recorded)]
        return await self._store.write(changes, after=after, upto=upto)

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        await self._store.reset()


def _changes(recorded: RecordedEvent) -> Sequence[KeyChange]:
    match recorded.event:
        case Account.ApiKeyIssued(key=key):
            return (KeyIssued(key.key_id, recorded.stream_id),)
        case Account.ApiKeyRevoked(key_id=key_id):
            return (KeyRevoked(key_id),)
        case Account.Erased():
            return (KeysRevoked(recorded.stream_id),)
    return ()
