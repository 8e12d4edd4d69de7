"""Wallets that somebody follows, by commands."""

from uuid import uuid4

from commands.bus import command_bus
from commands.messages import TrackWallet, UntrackWallet
from domain.values import Lamports, WalletAddress
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from infra.postgres.log import PostgresLog

SUBSCRIBER = uuid4()


class Tracked:
    """Somebody who follows wallets."""

    def __init__(self, log: PostgresLog) -> None:
        self._bus = command_bus(log)

    async def track(self, *wallets: str) -> None:
        """Follow some."""
        for wallet in wallets:
            await self._bus.send(
                TrackWallet(
                    message_id=uuid4(),
                    correlation_id=uuid4(),
                    actor="test",
                    subscriber_id=SUBSCRIBER,
                    wallet=WalletAddress(wallet),
                    preferences=AlertPreferences(Lamports(1)),
                )
            )

    async def untrack(self, *wallets: str) -> None:
        """Stop following."""
        for wallet in wallets:
            await self._bus.send(
                UntrackWallet(
                    message_id=uuid4(),
                    correlation_id=uuid4(),
                    actor="test",
                    subscriber_id=SUBSCRIBER,
                    tracking_id=WalletSubscription.create_id(SUBSCRIBER, WalletAddress(wallet)),
                )
            )
