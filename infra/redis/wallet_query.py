"""Answers what a wallet did and holds."""

from collections.abc import Sequence
from typing import Final

from domain.values import BaseUnits, Lamports, Slot, WalletAddress
from infra.redis.keyed_store import RedisKeyedStore
from projections.ports import Place
from projections.views import Holding, WalletProfile
from projections.wallet_records import PROFILE, decode_profile, decode_token_account

TOKEN_ACCOUNTS_MAX: Final = 10_000
"""A program that owns more token accounts than this is shown with about that many."""


class RedisWalletQuery:
    """Reads the view ``wallet-activity-v1``."""

    def __init__(self, store: RedisKeyedStore) -> None:
        self._store = store

    async def profile(self, wallet: WalletAddress) -> WalletProfile | None:
        """What is known of a wallet, or None when it was never seen."""
        place = Place(wallet, PROFILE)
        found = (await self._store.read((place,))).values[place]
        if found is None:
            return None
        record = decode_profile(found)
        return WalletProfile(
            address=wallet,
            balance=None if record.native is None else Lamports(record.native.amount),
            transaction_count=record.transaction_count,
            failed_count=record.failed_count,
            trade_count=record.trade_count,
            first_seen=record.first_seen,
            last_activity=record.last_activity,
            slot=Slot(record.slot),
        )

    async def holdings(self, wallet: WalletAddress) -> Sequence[Holding]:
        """What it holds, by mint; without the ones it no longer holds."""
        held: dict[str, Holding] = {}
        fields = await self._store.list(wallet, TOKEN_ACCOUNTS_MAX)
        for field, value in fields.items():
            if field != PROFILE:
                account = decode_token_account(value)
                so_far = held.get(account.mint)
                held[account.mint] = Holding(
                    mint=account.mint,
                    amount=BaseUnits(account.balance.amount + (so_far.amount if so_far else 0)),
                    decimals=account.decimals,
                    slot=Slot(max(account.balance.slot, so_far.slot if so_far else 0)),
                )
        return [holding for _, holding in sorted(held.items()) if holding.amount > 0]
