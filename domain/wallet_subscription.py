"""One user following one wallet."""

from typing import Self
from uuid import UUID

from msgspec import Struct

from domain.aggregate import Aggregate, Created, DomainEvent, event, stream_id
from domain.errors import InvalidValue, NotAllowed, NotPositive
from domain.values import LAMPORTS_MAX, Lamports, WalletAddress


class AlertPreferences(Struct, frozen=True, array_like=True):
    """What the user wants to be told: trades of ``min_notional`` lamports or more, first
    purchases of a token (``new_tokens``), transfers that large (``large_transfers``)."""

    min_notional: Lamports
    new_tokens: bool = True
    large_transfers: bool = True


class WalletSubscription(Aggregate):
    """Tells one subscriber of one wallet's activity until it is closed; may be opened again."""

    TOPIC = "WalletSubscription"

    class Opened(Created, frozen=True, array_like=True):
        TOPIC = "wallet-subscription.opened.v1"
        subscriber_id: UUID
        wallet: WalletAddress
        preferences: AlertPreferences

    class PreferencesChanged(DomainEvent, frozen=True, array_like=True):
        TOPIC = "wallet-subscription.preferences-changed.v1"
        preferences: AlertPreferences

    class Paused(DomainEvent, frozen=True, array_like=True):
        TOPIC = "wallet-subscription.paused.v1"

    class Resumed(DomainEvent, frozen=True, array_like=True):
        TOPIC = "wallet-subscription.resumed.v1"

    class Closed(DomainEvent, frozen=True, array_like=True):
        TOPIC = "wallet-subscription.closed.v1"
        # Repeated from Opened, so that a projection can act on this event alone.
        subscriber_id: UUID
        wallet: WalletAddress

    class Reopened(DomainEvent, frozen=True, array_like=True):
        TOPIC = "wallet-subscription.reopened.v1"
        subscriber_id: UUID
        wallet: WalletAddress
        preferences: AlertPreferences

    @staticmethod
    def create_id(subscriber_id: UUID, wallet: WalletAddress) -> UUID:
        """A user's subscription to a wallet is always the same stream."""
        return stream_id("wallet-subscription", str(subscriber_id), wallet)

    @classmethod
    def open(
        cls, subscriber_id: UUID, wallet: WalletAddress, preferences: AlertPreferences
    ) -> Self:
        """Start watching; raises NotPositive below one lamport, InvalidValue over 64 bits."""
        return cls(subscriber_id, wallet, _judged(preferences))

    def reopen(self, preferences: AlertPreferences) -> None:
        """Watch again after closing; an open subscription keeps its preferences."""
        if self.is_closed:
            self._reopened(self.subscriber_id, self.wallet, _judged(preferences))

    def change_preferences(self, preferences: AlertPreferences) -> None:
        """Alert by these from now on; raises NotPositive, or NotAllowed when closed."""
        self._require_open()
        if _judged(preferences) != self.preferences:
            self._preferences_changed(preferences)

    def pause(self) -> None:
        """Keep the subscription but send nothing; raises NotAllowed when closed."""
        self._require_open()
        if not self.is_paused:
            self._paused()

    def resume(self) -> None:
        """Send again; raises NotAllowed when closed."""
        self._require_open()
        if self.is_paused:
            self._resumed()

    def close(self) -> None:
        """Stop watching."""
        if not self.is_closed:
            self._closed(self.subscriber_id, self.wallet)

    @event(Opened)
    def __init__(
        self, subscriber_id: UUID, wallet: WalletAddress, preferences: AlertPreferences
    ) -> None:
        self.subscriber_id = subscriber_id
        self.wallet = wallet
        self.preferences = preferences
        self.is_paused = False
        self.is_closed = False

    @event(PreferencesChanged)
    def _preferences_changed(self, preferences: AlertPreferences) -> None:
        self.preferences = preferences

    @event(Paused)
    def _paused(self) -> None:
        self.is_paused = True

    @event(Resumed)
    def _resumed(self) -> None:
        self.is_paused = False

    @event(Closed)
    def _closed(self, subscriber_id: UUID, wallet: WalletAddress) -> None:
        self.is_closed = True

    @event(Reopened)
    def _reopened(
        self, subscriber_id: UUID, wallet: WalletAddress, preferences: AlertPreferences
    ) -> None:
        self.preferences = preferences
        self.is_paused = False
        self.is_closed = False

    def _require_open(self) -> None:
        if self.is_closed:
            raise NotAllowed(f"subscription to {self.wallet}", "it is closed; track it again first")


def _judged(preferences: AlertPreferences) -> AlertPreferences:
    if preferences.min_notional < 1:
        raise NotPositive("min_notional", preferences.min_notional)
    if preferences.min_notional > LAMPORTS_MAX:
        raise InvalidValue(
            "min_notional", preferences.min_notional, f"must be at most {LAMPORTS_MAX}"
        )
    return preferences
