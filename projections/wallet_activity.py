"""Keeps what each wallet did and holds."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.aggregate import DomainEvent
from domain.chain.decoded import BalanceChange
from domain.recorded import RecordedEvent
from domain.trade import ChainPlace, Trade
from domain.transaction import Transaction
from domain.values import GlobalPosition, Mint, UnixSeconds, WalletAddress
from projections.balance import Balance, native_changes
from projections.keyed import KeyedProjection, Values
from projections.ports import KeyedStore, Place, StreamReader

PROFILE: Final = "profile"
"""Field of a wallet's key that holds its profile; the others are addresses of its token
accounts, none of which is this short."""


Facts = Transaction.Recorded | Transaction.Reinstated
"""The events that say what a transaction did."""


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


class WalletActivity(KeyedProjection):
    """Profiles and holdings, from balances *after* each transaction: in whatever order the
    transactions of a wallet are recorded, the newest by place in the chain counts."""

    name: ClassVar[str] = "wallet-activity-v1"
    handles: ClassVar[tuple[type[DomainEvent], ...]] = (
        Transaction.Recorded,
        Transaction.Retracted,
        Transaction.Reinstated,
        Trade.Recorded,
        Trade.Retracted,
        Trade.Reinstated,
        Trade.Corrected,
    )

    def __init__(self, store: KeyedStore, log: StreamReader) -> None:
        super().__init__(store)
        self._log = log
        self._retracted: dict[GlobalPosition, Facts] = {}

    async def project(
        self, events: Sequence[RecordedEvent], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the events; what a retracted transaction did is read from its stream."""
        self._retracted = {}
        for recorded in events:
            if isinstance(recorded.event, Transaction.Retracted):
                stream = await self._log.read_stream(recorded.stream_id)
                self._retracted[recorded.position] = _facts_before(recorded, stream)
        return await super().project(events, after=after, upto=upto)

    def touches(self, recorded: RecordedEvent) -> Iterable[Place]:
        """The profiles and token accounts of all wallets concerned."""
        match recorded.event:
            case Transaction.Recorded() | Transaction.Reinstated() as event:
                return _places(event)
            case Transaction.Retracted():
                return _places(self._retracted[recorded.position])
            case (
                Trade.Recorded(trade=trade)
                | Trade.Retracted(trade=trade)
                | Trade.Reinstated(trade=trade)
            ):
                return (Place(trade.trader, PROFILE),)
            case Trade.Corrected(was=was, trade=trade):
                return (Place(was.trader, PROFILE), Place(trade.trader, PROFILE))
            case _:
                return ()

    def fold(self, values: Values, recorded: RecordedEvent) -> None:
        """Apply one event."""
        match recorded.event:
            case Transaction.Recorded() | Transaction.Reinstated() as event:
                _record(values, event)
            case Transaction.Retracted():
                _retract(values, self._retracted[recorded.position])
            case (
                Trade.Recorded(place=place, trade=trade)
                | Trade.Reinstated(place=place, trade=trade)
            ):
                _count_trade(values, trade.trader, place, 1)
            case Trade.Retracted(place=place, trade=trade):
                _count_trade(values, trade.trader, place, -1)
            case Trade.Corrected(place=place, was=was, trade=trade):
                _count_trade(values, was.trader, place, -1)
                _count_trade(values, trade.trader, place, 1)
            case _:
                pass


def _facts_before(retracted: RecordedEvent, stream: Sequence[RecordedEvent]) -> Facts:
    """What the transaction was last said to have done before it was retracted."""
    for recorded in reversed(stream):
        event = recorded.event
        if recorded.version < retracted.version and isinstance(event, Facts):
            return event
    raise LookupError(f"position {retracted.position}: stream {retracted.stream_id} has no facts")


def _wallets(event: Facts) -> set[str]:
    """Who signed, paid, or had a balance changed."""
    wallets: set[str] = {event.fee_payer, *event.signers}
    wallets.update(change.account for change in native_changes(event.balance_changes))
    wallets.update(owner for owner, _ in _held(event.balance_changes))
    return wallets


def _held(
    changes: Sequence[BalanceChange],
) -> Iterator[tuple[WalletAddress, BalanceChange]]:
    """Changes of token accounts whose owner is known."""
    for change in changes:
        if change.mint is not None and change.owner is not None:
            yield change.owner, change


def _places(event: Facts) -> Iterable[Place]:
    for wallet in _wallets(event):
        yield Place(wallet, PROFILE)
    for owner, change in _held(event.balance_changes):
        yield Place(owner, change.account)


def _profile(values: Values, wallet: str) -> ProfileRecord:
    return values.get(Place(wallet, PROFILE), decode_profile) or ProfileRecord()


def _record(values: Values, event: Facts) -> None:
    for wallet in _wallets(event):
        profile = _profile(values, wallet)
        profile.saw(event.place)
        profile.transaction_count += 1
        profile.failed_count += event.failed
        values.put(Place(wallet, PROFILE), profile)
    for change in native_changes(event.balance_changes):
        profile = _profile(values, change.account)
        if profile.native is None or profile.native.followed_by(change, event.place):
            profile.native = Balance.after(change, event.place)
    for owner, change in _held(event.balance_changes):
        place = Place(owner, change.account)
        account = values.get(place, decode_token_account)
        if account is None or account.balance.followed_by(change, event.place):
            assert change.mint is not None
            balance = Balance.after(change, event.place)
            values.put(place, TokenAccountRecord(change.mint, change.decimals, balance))


def _retract(values: Values, event: Facts) -> None:
    """Undo a transaction: balances go back to before it, unless a newer one set them. When
    the wallet was first and last seen stays; a fork rarely drops what never comes again."""
    for wallet in _wallets(event):
        profile = _profile(values, wallet)
        profile.transaction_count -= 1
        profile.failed_count -= event.failed
        values.put(Place(wallet, PROFILE), profile)
    for change in native_changes(event.balance_changes):
        native = _profile(values, change.account).native
        if native is not None and native.caused_by(change, event.place):
            native.amount = change.before
    for owner, change in _held(event.balance_changes):
        place = Place(owner, change.account)
        account = values.get(place, decode_token_account)
        if account is not None and account.balance.caused_by(change, event.place):
            account.balance.amount = change.before
            values.put(place, account)


def _count_trade(values: Values, wallet: WalletAddress, place: ChainPlace, step: int) -> None:
    profile = _profile(values, wallet)
    profile.saw(place)
    profile.trade_count += step
    values.put(Place(wallet, PROFILE), profile)
