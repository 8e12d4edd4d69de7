"""A tracking as its owner sees it, from the view or from the log."""

from uuid import UUID

from api.encoding import Shown
from api.rest.alert_wishes import AlertsShown, show_alerts
from domain.values import WalletAddress
from domain.wallet_subscription import WalletSubscription
from projections.views import Tracking


class TrackingShown(Shown, frozen=True):
    """One wallet followed."""

    tracking_id: UUID
    address: WalletAddress
    alerts: AlertsShown
    paused: bool
    version: int


def show_tracking(tracking: Tracking) -> TrackingShown:
    """As the view has it."""
    return TrackingShown(
        tracking.tracking_id,
        tracking.wallet,
        show_alerts(tracking.preferences),
        tracking.paused,
        tracking.version,
    )


def show_subscription(subscription: WalletSubscription) -> TrackingShown:
    """As the log has it."""
    return TrackingShown(
        subscription.id,
        subscription.wallet,
        show_alerts(subscription.preferences),
        subscription.is_paused,
        subscription.version,
    )
