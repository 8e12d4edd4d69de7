"""What may be asked, one frozen struct each; the names are imperative."""

from uuid import UUID

from msgspec import Struct

from domain.account import ApiKey, Sealed, Tier
from domain.chain.decoded import DecodedTransaction
from domain.values import WalletAddress
from domain.wallet_subscription import AlertPreferences


class Command(Struct, frozen=True, kw_only=True):
    """Every command says which message it is, what it belongs to, and who asks."""

    message_id: UUID
    correlation_id: UUID
    actor: str


class TrackWallet(Command, frozen=True, kw_only=True):
    """Follow a wallet, or take it up again after untracking; repeating changes nothing."""

    subscriber_id: UUID
    wallet: WalletAddress
    preferences: AlertPreferences


class ChangeTracking(Command, frozen=True, kw_only=True):
    """Change one's own tracking; None leaves that part as it is.

    ``expected_version``, when given, must be the stream's version (HTTP If-Match).
    """

    subscriber_id: UUID
    tracking_id: UUID
    preferences: AlertPreferences | None = None
    paused: bool | None = None
    expected_version: int | None = None


class UntrackWallet(Command, frozen=True, kw_only=True):
    """Stop following; repeating changes nothing."""

    subscriber_id: UUID
    tracking_id: UUID


class Final(Struct, frozen=True):
    """The transaction stands where it was recorded, for good; its trades with it."""

    transaction: UUID
    trades: tuple[UUID, ...]


class Dropped(Struct, frozen=True):
    """The finalized chain went past the transaction's slot without it."""

    transaction: UUID
    trades: tuple[UUID, ...]


class Landed(Struct, frozen=True):
    """The transaction is final in another block than recorded; ``decoded`` is what it did there,
    as ``source`` has it."""

    transaction: UUID
    trades: tuple[UUID, ...]
    decoded: DecodedTransaction
    source: str


Settlement = Final | Dropped | Landed


class SettleTransactions(Command, frozen=True, kw_only=True):
    """Record what became of confirmed transactions, all at once; repeating changes nothing."""

    settlements: tuple[Settlement, ...]


class RegisterAccount(Command, frozen=True, kw_only=True):
    """Open an account for a new person."""

    email_index: str
    email: Sealed
    password_hash: Sealed
    tier: Tier = "free"


class IssueApiKey(Command, frozen=True, kw_only=True):
    """Give an account another key."""

    account_id: UUID
    key: ApiKey


class RevokeApiKey(Command, frozen=True, kw_only=True):
    """Make one of the account's keys worthless."""

    account_id: UUID
    key_id: str
