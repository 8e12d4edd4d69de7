"""Hypothesis strategies: any value, any event, and any history of any aggregate.

Events are built from their annotations, so a new event type has a strategy by existing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct
from solders.pubkey import Pubkey
from solders.signature import Signature as SoldersSignature

from domain.account import Account, ApiKey
from domain.aggregate import Aggregate, DomainEvent
from domain.chain.decoded import BalanceChange, DecodedTrade, Fees, Transfer
from domain.signal import Signal
from domain.trade import ChainPlace, Trade
from domain.transaction import Transaction
from domain.values import (
    BaseUnits,
    Lamports,
    Mint,
    Signature,
    Slot,
    UnixSeconds,
    WalletAddress,
)
from domain.wallet_subscription import AlertPreferences, WalletSubscription

U64_MAX: Final = 2**64 - 1
I64_MAX: Final = 2**63 - 1

addresses: Final = st.binary(min_size=32, max_size=32).map(lambda raw: str(Pubkey(raw)))
signatures: Final = st.binary(min_size=64, max_size=64).map(lambda raw: str(SoldersSignature(raw)))
short_text: Final = st.text(max_size=20)
prices: Final = st.decimals(min_value="1e-12", max_value="1e12", allow_nan=False)

_OF_TYPE: Final[Mapping[object, SearchStrategy[Any]]] = {
    WalletAddress: addresses,
    Mint: addresses,
    Signature: signatures,
    Slot: st.integers(0, I64_MAX),
    Lamports: st.integers(0, U64_MAX),
    BaseUnits: st.integers(0, U64_MAX),
    UnixSeconds: st.integers(-I64_MAX - 1, I64_MAX),
    bool: st.booleans(),
    int: st.integers(-I64_MAX - 1, U64_MAX),
    str: short_text,
    bytes: st.binary(max_size=40),
    UUID: st.uuids(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
    NoneType: st.none(),
}


@cache
def values(kind: Any) -> SearchStrategy[Any]:
    """Any value of an annotation that events use; TypeError for one never used before."""
    if kind in _OF_TYPE:
        return _OF_TYPE[kind]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, UnionType):
        return st.one_of([values(part) for part in parts])
    if origin is tuple and parts[1:] == (...,):
        return st.lists(values(parts[0]), max_size=3).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field: values(hints[field]) for field in kind.__struct_fields__})
    raise TypeError(f"no strategy for {kind}: add one to {__name__}")


def events(kind: type[DomainEvent]) -> SearchStrategy[DomainEvent]:
    """Any event of one type, whether an aggregate would decide it or not."""
    return values(kind)


class Decision(NamedTuple):
    """A public method of an aggregate and what it is asked with."""

    method: str
    arguments: tuple[object, ...]
    named: Mapping[str, object]

    def ask(self, aggregate: Aggregate) -> None:
        """Decide; refusals rise."""
        getattr(aggregate, self.method)(*self.arguments, **self.named)


class History(NamedTuple):
    """How an aggregate begins, and what it is asked afterwards."""

    begin: Callable[[], Aggregate]
    decisions: list[Decision]


def _decision(
    method: str, *arguments: SearchStrategy[Any], **named: SearchStrategy[Any]
) -> SearchStrategy[Decision]:
    return st.builds(Decision, st.just(method), st.tuples(*arguments), st.fixed_dictionaries(named))


def _histories(
    begin: SearchStrategy[Callable[[], Aggregate]], *decisions: SearchStrategy[Decision]
) -> SearchStrategy[History]:
    return st.builds(History, begin, st.lists(st.one_of(decisions), max_size=12))


# Few different values, so that histories meet the same one twice and refusals happen.
_preferences: Final = st.builds(
    AlertPreferences,
    min_notional=st.sampled_from([0, 1, 2, U64_MAX]),
    new_tokens=st.booleans(),
    large_transfers=st.booleans(),
)
_good_preferences: Final = _preferences.filter(lambda preferences: preferences.min_notional > 0)
_trades: Final = st.shared(
    st.lists(values(DecodedTrade), min_size=2, max_size=2), key="two readings of a trade"
).flatmap(st.sampled_from)
_keys: Final = st.builds(
    ApiKey,
    key_id=st.sampled_from(["a", "b"]),
    secret_hash=st.just(b"hash"),
    label=st.just(b"label"),
    scopes=st.just(("read",)),
    expires_at=st.none(),
)

subscriptions: Final = _histories(
    st.builds(
        lambda who, wallet, preferences: (
            lambda: WalletSubscription.open(who, WalletAddress(wallet), preferences)
        ),
        st.uuids(),
        addresses,
        _good_preferences,
    ),
    _decision("change_preferences", _preferences),
    _decision("pause"),
    _decision("resume"),
    _decision("close"),
    _decision("reopen", _good_preferences),
)
trades: Final = _histories(
    st.builds(
        lambda place, trade: lambda: Trade.record(place, trade, "1.0.0"),
        values(ChainPlace),
        values(DecodedTrade),
    ),
    _decision("finalize"),
    _decision("retract"),
    _decision("reinstate", values(ChainPlace), _trades, st.just("1.0.1")),
    _decision("correct", _trades, st.sampled_from(["1.0.1", "1.0.2"])),
    _decision("reinstate", values(ChainPlace), _trades, st.just("1.0.3")),
)
transactions: Final = _histories(
    st.builds(
        lambda place, fees, transfers, changes: (
            lambda: Transaction.record(
                place,
                fee_payer=WalletAddress("payer"),
                signers=(WalletAddress("payer"),),
                failed=False,
                fees=fees,
                transfers=transfers,
                balance_changes=changes,
                trade_count=0,
                decoder="1.0.0",
                source="test",
            )
        ),
        values(ChainPlace),
        values(Fees),
        values(tuple[Transfer, ...]),
        values(tuple[BalanceChange, ...]),
    ),
    _decision("finalize"),
    _decision("retract"),
    _decision(
        "reinstate",
        values(ChainPlace),
        fee_payer=st.just("payer"),
        signers=st.just(("payer",)),
        failed=st.booleans(),
        fees=values(Fees),
        transfers=st.just(()),
        balance_changes=st.just(()),
        trade_count=st.just(0),
        decoder=st.just("1.0.1"),
        source=st.just("test"),
    ),
)
signals: Final = _histories(
    st.builds(
        lambda token, entry, width: (
            lambda: Signal.issue(
                model="momentum",
                token=Mint(token),
                issued_for=UnixSeconds(1_790_000_000),
                action="BUY",
                confidence=Decimal("0.7"),
                entry_price=entry,
                target_price=entry + width,
                stop_price=entry / 2,
                expires_at=UnixSeconds(1_790_003_600),
                reasoning="volume doubled",
            )
        ),
        addresses,
        prices,
        st.decimals(1, 100, places=2),
    ),
    _decision(
        "resolve",
        st.sampled_from(["target", "stop", "expiry"]),
        prices,
        st.just(UnixSeconds(1_790_001_000)),
    ),
    _decision("retract", st.sampled_from(["bad data", "delisted"])),
)
accounts: Final = _histories(
    st.builds(
        lambda index: lambda: Account.register(index, b"sealed mail", b"sealed hash"), short_text
    ),
    _decision("change_password", st.sampled_from([b"sealed hash", b"another"])),
    _decision("change_tier", st.sampled_from(["free", "pro", "enterprise"])),
    _decision("issue_api_key", _keys),
    _decision("revoke_api_key", st.sampled_from(["a", "b"])),
    _decision("erase"),
)

HISTORIES: Final[Mapping[type[Aggregate], SearchStrategy[History]]] = {
    WalletSubscription: subscriptions,
    Trade: trades,
    Transaction: transactions,
    Signal: signals,
    Account: accounts,
}
