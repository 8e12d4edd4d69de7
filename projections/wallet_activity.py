"""Keeps what each wallet did and holds."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from domain.aggregate import DomainEvent
from domain.recorded import RecordedEvent
from domain.trade import ChainPlace, Trade
from domain.transaction import Transaction
from domain.values import GlobalPosition, WalletAddress
from projections.balance import Balance
from projections.effects import Effects, Facts, effects_of, facts_before
from projections.keyed import KeyedProjection, Values
from projections.ports import KeyedStore, Place, StreamReader
from projections.wallet_records import (
    PROFILE,
    ProfileRecord,
    TokenAccountRecord,
    decode_profile,
    decode_token_account,
)


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
        self._effects: dict[GlobalPosition, Effects] = {}
        """Of the transactions in the batch under way."""

    async def project(
        self, events: Sequence[RecordedEvent], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the events; what a retracted transaction did is read from its stream."""
        self._effects = {}
        for recorded in events:
            event = recorded.event
            if isinstance(event, Transaction.Retracted):
                event = facts_before(recorded, await self._log.read_stream(recorded.stream_id))
            if isinstance(event, Facts):
                self._effects[recorded.position] = effects_of(event)
        return await super().project(events, after=after, upto=upto)

    def touches(self, recorded: RecordedEvent) -> Iterable[Place]:
        """The profiles and token accounts of all wallets concerned."""
        match recorded.event:
            case (
                Trade.Recorded(trade=trade)
                | Trade.Retracted(trade=trade)
                | Trade.Reinstated(trade=trade)
            ):
                return (Place(trade.trader, PROFILE),)
            case Trade.Corrected(was=was, trade=trade):
                return (Place(was.trader, PROFILE), Place(trade.trader, PROFILE))
            case _:
                return _places(self._effects[recorded.position])

    def fold(self, values: Values, recorded: RecordedEvent) -> None:
        """Apply one event."""
        match recorded.event:
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
            case Transaction.Retracted():
                _retract(values, self._effects[recorded.position])
            case _:
                _record(values, self._effects[recorded.position])


def _places(effects: Effects) -> Iterable[Place]:
    for wallet in effects.wallets:
        yield Place(wallet, PROFILE)
    for owner, change in effects.held:
        yield Place(owner, change.account)


def _profile(values: Values, wallet: str) -> ProfileRecord:
    return values.get(Place(wallet, PROFILE), decode_profile) or ProfileRecord()


def _record(values: Values, effects: Effects) -> None:
    for wallet in effects.wallets:
        profile = _profile(values, wallet)
        profile.saw(effects.place)
        profile.transaction_count += 1
        profile.failed_count += effects.failed
        values.put(Place(wallet, PROFILE), profile)
    for change in effects.native:
        profile = _profile(values, change.account)
        if profile.native is None or profile.native.followed_by(change, effects.place):
            profile.native = Balance.after(change, effects.place)
    for owner, change in effects.held:
        place = Place(owner, change.account)
        account = values.get(place, decode_token_account)
        if account is None or account.balance.followed_by(change, effects.place):
            assert change.mint is not None
            balance = Balance.after(change, effects.place)
            values.put(place, TokenAccountRecord(change.mint, change.decimals, balance))


def _retract(values: Values, effects: Effects) -> None:
    """Undo a transaction: balances go back to before it, unless a newer one set them. When
    the wallet was first and last seen stays; a fork rarely drops what never comes again."""
    for wallet in effects.wallets:
        profile = _profile(values, wallet)
        profile.transaction_count -= 1
        profile.failed_count -= effects.failed
        values.put(Place(wallet, PROFILE), profile)
    for change in effects.native:
        native = _profile(values, change.account).native
        if native is not None and native.caused_by(change, effects.place):
            native.amount = change.before
    for owner, change in effects.held:
        place = Place(owner, change.account)
        account = values.get(place, decode_token_account)
        if account is not None and account.balance.caused_by(change, effects.place):
            account.balance.amount = change.before
            values.put(place, account)


def _count_trade(values: Values, wallet: WalletAddress, place: ChainPlace, step: int) -> None:
    profile = _profile(values, wallet)
    profile.saw(place)
    profile.trade_count += step
    values.put(Place(wallet, PROFILE), profile)
