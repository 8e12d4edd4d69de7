"""Keeps who follows which wallet."""

from collections.abc import Iterable
from typing import ClassVar, Final
from uuid import UUID

import msgspec
from msgspec import structs

from domain.aggregate import DomainEvent
from domain.recorded import RecordedEvent
from domain.values import WalletAddress
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from projections.keyed import KeyedProjection, Values
from projections.ports import Place
from projections.views import Tracking

decode_tracking: Final = msgspec.msgpack.Decoder(Tracking).decode


class Trackings(KeyedProjection):
    """The open subscriptions, by wallet and by subscriber."""

    name: ClassVar[str] = "trackings-v1"
    handles: ClassVar[tuple[type[DomainEvent], ...]] = (
        WalletSubscription.Opened,
        WalletSubscription.PreferencesChanged,
        WalletSubscription.Paused,
        WalletSubscription.Resumed,
        WalletSubscription.Closed,
        WalletSubscription.Reopened,
    )

    def touches(self, recorded: RecordedEvent) -> Iterable[Place]:
        """The tracking itself, by its id: most events name nothing else."""
        return (tracking_place(recorded.stream_id),)

    def fold(self, values: Values, recorded: RecordedEvent) -> None:
        """Apply one event; a tracking stands in three places, always the same."""
        before = values.get(tracking_place(recorded.stream_id), decode_tracking)
        after = _followed(before, recorded)
        shown = after or before
        if shown is not None:
            values.put(tracking_place(shown.tracking_id), after)
            values.put(watcher_place(shown.wallet, shown.tracking_id), after)
            values.put(subscriber_place(shown.subscriber_id, shown.tracking_id), after)


def tracking_place(tracking_id: UUID) -> Place:
    """Where a tracking is found by its id."""
    return Place("trackings", tracking_id.hex)


def watcher_place(wallet: WalletAddress, tracking_id: UUID) -> Place:
    """Where it is among a wallet's watchers."""
    return Place(f"wallet:{wallet}", tracking_id.hex)


def subscriber_place(subscriber_id: UUID, tracking_id: UUID) -> Place:
    """Where it is among a subscriber's trackings."""
    return Place(f"subscriber:{subscriber_id.hex}", tracking_id.hex)


def _followed(before: Tracking | None, recorded: RecordedEvent) -> Tracking | None:
    """The tracking after the event, None when it is closed."""
    match recorded.event:
        case (
            WalletSubscription.Opened(subscriber_id=by, wallet=wallet, preferences=wish)
            | WalletSubscription.Reopened(subscriber_id=by, wallet=wallet, preferences=wish)
        ):
            return _opened(recorded, by, wallet, wish)
        case WalletSubscription.Closed():
            return None
    if before is None:
        raise LookupError(
            f"position {recorded.position}: tracking {recorded.stream_id} is not open"
        )
    changed = structs.replace(before, version=recorded.version)
    match recorded.event:
        case WalletSubscription.PreferencesChanged(preferences=wish):
            return structs.replace(changed, preferences=wish)
        case WalletSubscription.Paused():
            return structs.replace(changed, paused=True)
        case WalletSubscription.Resumed():
            return structs.replace(changed, paused=False)
    return changed


def _opened(
    recorded: RecordedEvent, subscriber_id: UUID, wallet: WalletAddress, wish: AlertPreferences
) -> Tracking:
    return Tracking(
        tracking_id=recorded.stream_id,
        subscriber_id=subscriber_id,
        wallet=wallet,
        preferences=wish,
        paused=False,
        version=recorded.version,
        opened_at=recorded.recorded_at,
    )
