"""The API over memory: what is recorded is projected and shown at once."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

from litestar import Litestar

from api.app import create_app
from api.dependencies import Dependencies
from api.ports import (
    ALL_SCOPES,
    AccessToken,
    AccountShown,
    ConsumerState,
    Identity,
    KeyShown,
    NewKey,
    Readiness,
    Scope,
    ServerState,
    Unauthenticated,
)
from api.stream.hub import Hub
from commands.bus import command_bus
from commands.ports import Receipt
from domain.aggregate import Aggregate, DomainEvent
from domain.chain.documents import Rejected, split_document
from domain.errors import NotFound
from domain.recorded import Metadata
from domain.values import GlobalPosition, StreamVersion
from infra.redis.price_query import RedisPriceQuery
from infra.redis.tracking_query import RedisTrackingQuery
from infra.redis.wallet_query import RedisWalletQuery
from projections.last_price import LastPrice
from projections.ports import Projection
from projections.trackings import Trackings
from projections.trades import Trades
from projections.wallet_activity import WalletActivity
from tests.projections.list_feed import ListFeed
from tests.projections.memory_stores import MemoryKeyedStore, MemoryTradeStore
from tests.support.memory_log import MemoryLog

ALICE: Final = UUID(int=0xA11CE)
BOB: Final = UUID(int=0xB0B)
SECRETS: Final = ("the present secret", "the next secret")


class ListedStore(MemoryKeyedStore):
    """A keyed store that is read by key too, so that the real queries answer from it."""

    async def list(self, key: str, _fields_max: int) -> Mapping[str, bytes]:
        """The fields of a key."""
        return {place.field: value for place, value in self.values.items() if place.key == key}


class MemoryInbox:
    """An Inbox as a set of signatures."""

    def __init__(self) -> None:
        self.signatures: set[str] = set()

    async def receive(self, document: bytes, source: str) -> Receipt:
        """Each once."""
        entries = list(split_document(document))
        good = [entry for entry in entries if not isinstance(entry, Rejected)]
        fresh = {entry.signature for entry in good} - self.signatures
        self.signatures |= fresh
        bad = len(entries) - len(good)
        return Receipt(len(entries), len(fresh), len(good) - len(fresh), bad)


class NamedCredentials:
    """An Authenticator: ``alice``, ``bob``, and ``alice:read`` with one scope only."""

    def __init__(self) -> None:
        self.revoked: set[str] = set()
        self.expires_at: datetime | None = None

    async def authenticate(self, credential: str) -> Identity:
        """Whose name it is."""
        name, _, scope = credential.partition(":")
        account_id = {"alice": ALICE, "bob": BOB}.get(name)
        if account_id is None or credential in self.revoked:
            raise Unauthenticated("this credential is not one of ours")
        scopes = (cast("Scope", scope),) if scope else ALL_SCOPES
        return Identity(account_id, "free", scopes, self.expires_at, None)


class NamedAccounts:
    """Accounts that exist and nothing more; the real ones are tested with their security."""

    async def register(self, email: str, password: str, correlation_id: UUID) -> AccessToken:
        """Alice's."""
        return await self.log_in(email, password)

    async def log_in(self, email: str, password: str) -> AccessToken:
        """Alice's."""
        if password != "right":
            raise Unauthenticated("the e-mail or the password is wrong")
        ends = datetime.now(UTC) + timedelta(hours=1)
        return AccessToken("alice", ends, await self.account(ALICE))

    async def account(self, account_id: UUID) -> AccountShown:
        """Anybody's."""
        return AccountShown(account_id, "alice@example.org", "free", datetime.now(UTC))

    async def issue_key(
        self,
        account_id: UUID,
        label: str,
        scopes: tuple[Scope, ...],
        expires_at: datetime | None,
        correlation_id: UUID,
    ) -> NewKey:
        """One that opens nothing."""
        shown = KeyShown("id", label, scopes, datetime.now(UTC), expires_at, revoked=False)
        return NewKey("cx_live_id_secret", shown)

    async def keys(self, account_id: UUID) -> Sequence[KeyShown]:
        """None."""
        return ()

    async def revoke_key(self, account_id: UUID, key_id: str, correlation_id: UUID) -> None:
        """There is none."""
        raise NotFound("API key", key_id)


class Healthy:
    """A Health without worries."""

    async def readiness(self) -> Readiness:
        """Ready."""
        consumer = ConsumerState("trades-v1", 3, 0)
        servers = (ServerState("postgres", True, "1 ms"),)
        return Readiness(True, 3, servers, (consumer,), ConsumerState("intake", 1, 0))


class HeadFeed(ListFeed):
    """A Feed over the log's list."""

    async def head(self) -> GlobalPosition:
        """The last position."""
        return GlobalPosition(len(self.recorded))


class World:
    """Ports in memory, and the application over them."""

    def __init__(self, **changed: Any) -> None:
        self.log = MemoryLog()
        self.credentials = NamedCredentials()
        self.inbox = MemoryInbox()
        wallets, trackings, prices = ListedStore(), ListedStore(), ListedStore()
        trades = MemoryTradeStore()
        self._projections: tuple[Projection, ...] = (
            WalletActivity(wallets, self.log),
            Trackings(trackings),
            LastPrice(prices),
            Trades(trades),
        )
        self.hub = Hub(HeadFeed(self.log.recorded), on_account_change=lambda _: None)
        given: dict[str, Any] = {
            "bus": command_bus(self.log),
            "log": self.log,
            "reader": self.log,
            "hub": self.hub,
            "inbox": self.inbox,
            "wallets": RedisWalletQuery(cast("Any", wallets)),
            "trades": trades,
            "prices": RedisPriceQuery(cast("Any", prices)),
            "trackings": RedisTrackingQuery(cast("Any", trackings)),
            "checkpoints": self,
            "authenticator": self.credentials,
            "accounts": NamedAccounts(),
            "health": Healthy(),
            "webhook_secrets": SECRETS,
        }
        self.dependencies = Dependencies(**(given | changed))

    @property
    def app(self) -> Litestar:
        """The application."""
        return create_app(self.dependencies)

    async def record(self, *aggregates: Aggregate, actor: str = "intake") -> None:
        """Record what aggregates decided, and show it."""
        for aggregate in aggregates:
            events = cast("Sequence[DomainEvent]", aggregate.collect_events())
            expected = StreamVersion(aggregate.version - len(events))
            metadata = Metadata(_uuid(aggregate.id, expected), UUID(int=2), UUID(int=3), actor)
            await self.log.append(aggregate.id, expected, events, metadata)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Project everything there is."""
        head = await self.log.head()
        for projection in self._projections:
            at = await projection.checkpoint()
            news = [one for one in self.log.recorded[at:] if type(one.event) in projection.handles]
            await projection.project(news, after=at, upto=head)

    async def told(self) -> None:
        """Wait until the stream has handed out everything there is."""
        while self.hub.position < await self.log.head():
            await asyncio.sleep(0.001)

    async def wait_for(
        self, projection: str, position: GlobalPosition, timeout_seconds: float
    ) -> bool:
        """As Checkpoints: a reader who waits sees everything."""
        await self.catch_up()
        return True


def _uuid(*parts: object) -> UUID:
    return UUID(bytes=sha256(repr(parts).encode()).digest()[:16])
