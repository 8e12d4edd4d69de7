"""What the view of wallets keeps, as it is stored."""

from typing import Final

import msgspec
from msgspec import Struct

from domain.trade import ChainPlace
from domain.values import Mint, UnixSeconds
from projections.balance import Balance

PROFILE: Final = "profile"
"""Field of a wallet's key that holds its profile; the others are addresses of its token
accounts, none of which is this short."""


class ProfileRecord(Struct, array_like=True):
    """A wallet's counts, and its native lamports once a transaction showed them."""

    native: Balance | None = None
    transaction_count: int = 0
    failed_count: int = 0
    trade_count: int = 0
    first_seen: UnixSeconds | None = None
    last_activity: UnixSeconds | None = None
    slot: int = 0

    def saw(self, place: ChainPlace) -> None:
        """Note that the wallet was active there."""
        self.slot = max(self.slot, place.slot)
        time = place.block_time
        if time is not None:
            if self.first_seen is None or time < self.first_seen:
                self.first_seen = time
            if self.last_activity is None or time > self.last_activity:
                self.last_activity = time


class TokenAccountRecord(Struct, array_like=True):
    """What one token account of a wallet holds; kept at zero too, so that an older
    transaction that arrives late does not fill it again."""

    mint: Mint
    decimals: int
    balance: Balance


decode_profile: Final = msgspec.msgpack.Decoder(ProfileRecord).decode
decode_token_account: Final = msgspec.msgpack.Decoder(TokenAccountRecord).decode
