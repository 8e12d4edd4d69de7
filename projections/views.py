"""What can be seen: the answers queries give, in integers and exact ratios."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.chain.decoded import DecodedTrade
from domain.trade import ChainPlace, Finality
from domain.values import (
    BaseUnits,
    GlobalPosition,
    Lamports,
    Mint,
    Slot,
    UnixSeconds,
    WalletAddress,
)
from domain.wallet_subscription import AlertPreferences

INDEX_UNKNOWN: Final = -1
"""Stands for the index in the block when a source did not say: before all known ones."""


class WalletProfile(Struct, frozen=True):
    """One wallet's activity as far as we have seen it.

    ``balance`` is its native lamports after the newest transaction seen (``slot``), None when
    none showed it. Times are chain times, None when no block said one.
    """

    address: WalletAddress
    balance: Lamports | None
    transaction_count: int
    failed_count: int
    trade_count: int
    first_seen: UnixSeconds | None
    last_activity: UnixSeconds | None
    slot: Slot


class Holding(Struct, frozen=True):
    """How much of ``mint`` a wallet held, over all its token accounts we saw, as of ``slot``."""

    mint: Mint
    amount: BaseUnits
    decimals: int
    slot: Slot


class TradeCursor(Struct, frozen=True, array_like=True):
    """A place in a list of trades, newest first: slot, index in block (``INDEX_UNKNOWN`` when
    the source did not say), position."""

    slot: Slot
    index_in_block: int
    position: GlobalPosition


class TradeView(Struct, frozen=True):
    """A trade as the log has it now; ``position`` is where its first event stands."""

    position: GlobalPosition
    place: ChainPlace
    trade: DecodedTrade
    decoder: str
    finality: Finality
    recorded_at: datetime

    @property
    def cursor(self) -> TradeCursor:
        """Where it stands in a list of trades."""
        index = self.place.index_in_block
        return TradeCursor(
            self.place.slot, INDEX_UNKNOWN if index is None else index, self.position
        )


class TokenPrice(Struct, frozen=True):
    """What ``mint`` last traded for, as an exact ratio of base units.

    One base unit of ``mint`` cost ``quote_amount / amount`` base units of ``quote``; scale by
    both decimals to get a price per token.
    """

    mint: Mint
    quote: Mint
    amount: BaseUnits
    quote_amount: BaseUnits
    decimals: int
    quote_decimals: int
    slot: Slot
    index_in_block: int
    block_time: UnixSeconds | None
    venue: str
    position: GlobalPosition


class Tracking(Struct, frozen=True):
    """One user's subscription to one wallet."""

    tracking_id: UUID
    subscriber_id: UUID
    wallet: WalletAddress
    preferences: AlertPreferences
    paused: bool
    version: int
    opened_at: datetime


class KeyHolder(Struct, frozen=True):
    """Whose an API key is, and whether it still opens anything."""

    key_id: str
    account_id: UUID
    revoked: bool
