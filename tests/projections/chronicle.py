"""Past events for projections: aggregates decide, the chronicle records."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from uuid import UUID

from domain.aggregate import Aggregate, DomainEvent
from domain.catalogue import CATALOGUE
from domain.chain.decoded import BalanceChange, DecodedTrade, Fees, TokenAmount
from domain.recorded import Metadata, RecordedEvent
from domain.trade import ChainPlace, Trade
from domain.transaction import Transaction
from domain.values import (
    WRAPPED_SOL,
    BaseUnits,
    GlobalPosition,
    Mint,
    Signature,
    Slot,
    StreamVersion,
    UnixSeconds,
    WalletAddress,
)
from projections.entry import Entry

ALICE: Final = WalletAddress("A1ice11111111111111111111111111111111111111")
BOB: Final = WalletAddress("Bob1111111111111111111111111111111111111111")
BONK: Final = Mint("Bonk111111111111111111111111111111111111111")
USDC: Final = Mint("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")
METADATA: Final = Metadata(UUID(int=1), UUID(int=2), UUID(int=3), "operator")
BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Chronicle:
    """A log as a list: records what aggregates decided, in the order they are handed in."""

    def __init__(self) -> None:
        self.recorded: list[RecordedEvent] = []

    def add(self, *aggregates: Aggregate) -> "Chronicle":
        """Record what they have decided and not handed over yet."""
        for aggregate in aggregates:
            for event in cast("Sequence[DomainEvent]", aggregate.collect_events()):
                self.record(event)
        return self

    def record(self, event: DomainEvent) -> RecordedEvent:
        """Record one event as it is."""
        position = len(self.recorded) + 1
        recorded = RecordedEvent(
            GlobalPosition(position),
            event.originator_id,
            StreamVersion(event.originator_version),
            event.TOPIC,
            CATALOGUE.decode(event.TOPIC, CATALOGUE.encode(event)),
            METADATA,
            BEGAN + timedelta(seconds=position),
        )
        self.recorded.append(recorded)
        return recorded

    @property
    def head(self) -> GlobalPosition:
        """The last position."""
        return GlobalPosition(len(self.recorded))

    async def read_stream(self, stream_id: UUID) -> Sequence[RecordedEvent]:
        """All events of the stream in order."""
        return [one for one in self.recorded if one.stream_id == stream_id]


def entry(recorded: RecordedEvent) -> Entry:
    """The event as a feed hands it out."""
    return Entry(recorded.position, recorded.type, lambda: recorded)


def at(slot: int, index: int | None = 0, name: str = "") -> ChainPlace:
    """A place in the chain; the name tells transactions of one place apart."""
    return ChainPlace(
        Signature(f"signature-{slot}-{index}{name}"), Slot(slot), index, UnixSeconds(slot * 10)
    )


def units(amount: int, mint: Mint = BONK, decimals: int = 6) -> TokenAmount:
    """An amount of a token."""
    return TokenAmount(mint, BaseUnits(amount), decimals)


def sol(lamports: int) -> TokenAmount:
    """An amount of SOL."""
    return units(lamports, WRAPPED_SOL, 9)


def swap(gave: TokenAmount, got: TokenAmount, *, by: WalletAddress = ALICE) -> DecodedTrade:
    """One exchange."""
    return DecodedTrade("0", by, by, "swap", gave, got, "raydium", None, ())


def trade(place: ChainPlace, gave: TokenAmount, got: TokenAmount, **more: WalletAddress) -> Trade:
    """A confirmed trade."""
    return Trade.record(place, swap(gave, got, **more), "1")


def held(
    before: int, after: int, *, owner: WalletAddress = ALICE, account: str = ""
) -> BalanceChange:
    """What a transaction did to a token account of BONK."""
    name = account or f"token-account-of-{owner}"
    return BalanceChange(name, owner, BONK, BaseUnits(before), BaseUnits(after), 6)


def lamports(before: int, after: int, *, of: WalletAddress = ALICE) -> BalanceChange:
    """What a transaction did to a wallet's SOL."""
    return BalanceChange(of, of, None, BaseUnits(before), BaseUnits(after), 9)


def transaction(
    place: ChainPlace, *changes: BalanceChange, payer: WalletAddress = ALICE, failed: bool = False
) -> Transaction:
    """A confirmed transaction."""
    return Transaction.record(
        place,
        fee_payer=payer,
        signers=(payer,),
        failed=failed,
        fees=Fees(),
        transfers=(),
        balance_changes=changes,
        trade_count=0,
        decoder="1",
        source="test",
    )


def reinstate(transaction: Transaction, place: ChainPlace, *changes: BalanceChange) -> None:
    """Let a retracted transaction land again."""
    transaction.reinstate(
        place,
        fee_payer=ALICE,
        signers=(ALICE,),
        failed=False,
        fees=Fees(),
        transfers=(),
        balance_changes=changes,
        trade_count=0,
        decoder="1",
        source="test",
    )
