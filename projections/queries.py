"""The questions views answer; adapters in infra read the stores."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from domain.values import GlobalPosition, Mint, WalletAddress
from projections.views import (
    Holding,
    KeyHolder,
    TokenPrice,
    Tracking,
    TradeCursor,
    TradeView,
    WalletProfile,
)


class WalletQuery(Protocol):
    """Wallet activity and holdings."""

    async def profile(self, wallet: WalletAddress) -> WalletProfile | None:
        """What is known of a wallet, or None when it was never seen."""
        ...

    async def holdings(self, wallet: WalletAddress) -> Sequence[Holding]:
        """What it holds, largest mints by name; without the ones it no longer holds."""
        ...


class TradeQuery(Protocol):
    """The history of trades, newest first by (slot, index in block, position)."""

    async def trades(
        self,
        *,
        wallet: WalletAddress | None = None,
        token: Mint | None = None,
        before: TradeCursor | None = None,
        limit: int,
    ) -> Sequence[TradeView]:
        """At most ``limit`` trades older than ``before``; retracted ones are left out."""
        ...

    async def count(self, *, wallet: WalletAddress) -> int:
        """How many trades of the wallet there are."""
        ...


class PriceQuery(Protocol):
    """Last prices."""

    async def last_prices(self, mints: Sequence[Mint]) -> Sequence[TokenPrice | None]:
        """The newest trade's price for each mint, None where none is known, in order."""
        ...


class TrackingQuery(Protocol):
    """Who follows what."""

    async def trackings_of(self, subscriber_id: UUID) -> Sequence[Tracking]:
        """A user's open trackings, oldest first."""
        ...

    async def watchers_of(self, wallet: WalletAddress) -> Sequence[Tracking]:
        """Who follows a wallet, paused ones included."""
        ...


class ApiKeyQuery(Protocol):
    """Whose key is it."""

    async def holder(self, key_id: str) -> KeyHolder | None:
        """The account behind a key id, or None when no such key was issued."""
        ...


class Checkpoints(Protocol):
    """How far views are."""

    async def wait_for(
        self, projection: str, position: GlobalPosition, timeout_seconds: float
    ) -> bool:
        """Wait until the projection has applied ``position``; False when time ran out."""
        ...
