"""Streams to append to in tests of the log: subscriptions that are opened, then paused."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.aggregate import DomainEvent
from domain.recorded import Metadata
from domain.values import Lamports, StreamVersion, WalletAddress
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from infra.postgres.commit import Append
from infra.postgres.rows import encode_metadata, pending

WALLET = WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")
EMPTY = StreamVersion(0)


def metadata() -> Metadata:
    """Why a test appends; each time with an append id of its own."""
    return Metadata(uuid4(), uuid4(), uuid4(), "operator")


def event(stream_id: UUID, version: int) -> DomainEvent:
    """The event at one version of a stream."""
    now = datetime.now(UTC)
    if version > 1:
        return WalletSubscription.Paused(stream_id, version, now)
    preferences = AlertPreferences(Lamports(1))
    return WalletSubscription.Opened(
        stream_id, 1, now, WalletSubscription.TOPIC, stream_id, WALLET, preferences
    )


def events(stream_id: UUID, count: int, *, after: int = 0) -> Sequence[DomainEvent]:
    """The next ``count`` events of a stream that stands at ``after``."""
    return [event(stream_id, after + nth) for nth in range(1, count + 1)]


def append(stream_id: UUID, count: int = 1, *, after: int = 0) -> Append:
    """The same as one append to the writer."""
    return Append(
        stream_id,
        after,
        pending(events(stream_id, count, after=after)),
        encode_metadata(metadata()),
    )
