"""Following wallets."""

from commands.messages import ChangeTracking, TrackWallet, UntrackWallet
from commands.ports import Repository
from domain.errors import NotFound, StaleVersion
from domain.values import GlobalPosition
from domain.wallet_subscription import WalletSubscription


async def track_wallet(
    command: TrackWallet, *, subscriptions: Repository[WalletSubscription]
) -> GlobalPosition | None:
    """Follow a wallet; returns the position to wait for, or None when nothing changed.

    Tracking what is tracked already keeps its preferences: changing them is its own command.
    """
    stream = WalletSubscription.create_id(command.subscriber_id, command.wallet)
    subscription = await subscriptions.find(stream)
    if subscription is None:
        subscription = WalletSubscription.open(
            command.subscriber_id, command.wallet, command.preferences
        )
    else:
        subscription.reopen(command.preferences)
    return await subscriptions.save(subscription, cause=command)


async def change_tracking(
    command: ChangeTracking, *, subscriptions: Repository[WalletSubscription]
) -> GlobalPosition | None:
    """Change one's own tracking; somebody else's is NotFound, a stale one a conflict."""
    subscription = await _own(command, subscriptions)
    if command.expected_version not in (None, subscription.version):
        raise StaleVersion(command.expected_version, subscription.version)
    if command.preferences is not None:
        subscription.change_preferences(command.preferences)
    if command.paused is not None:
        (subscription.pause if command.paused else subscription.resume)()
    return await subscriptions.save(subscription, cause=command)


async def untrack_wallet(
    command: UntrackWallet, *, subscriptions: Repository[WalletSubscription]
) -> GlobalPosition | None:
    """Stop following; somebody else's tracking is NotFound."""
    subscription = await _own(command, subscriptions)
    subscription.close()
    return await subscriptions.save(subscription, cause=command)


async def _own(
    command: ChangeTracking | UntrackWallet, subscriptions: Repository[WalletSubscription]
) -> WalletSubscription:
    subscription = await subscriptions.find(command.tracking_id)
    if subscription is None or subscription.subscriber_id != command.subscriber_id:
        raise NotFound("tracking", str(command.tracking_id))
    return subscription
