"""One transaction beside its trades: transfers, fees and balances, failed ones included."""

from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, Created, DomainEvent, event, stream_id
from domain.chain.decoded import BalanceChange, Fees, Transfer
from domain.errors import NotAllowed
from domain.trade import ChainPlace, Finality
from domain.values import Signature, WalletAddress


class Transaction(Aggregate):
    """What one transaction moved and cost; its trades are streams of their own."""

    TOPIC = "Transaction"

    class Recorded(Created, frozen=True, array_like=True):
        TOPIC = "transaction.recorded.v1"
        place: ChainPlace
        fee_payer: WalletAddress
        signers: tuple[WalletAddress, ...]
        failed: bool
        fees: Fees
        transfers: tuple[Transfer, ...]
        balance_changes: tuple[BalanceChange, ...]
        trade_count: int
        decoder: str
        source: str

    class Finalized(DomainEvent, frozen=True, array_like=True):
        TOPIC = "transaction.finalized.v1"

    class Retracted(DomainEvent, frozen=True, array_like=True):
        TOPIC = "transaction.retracted.v1"
        place: ChainPlace

    class Reinstated(DomainEvent, frozen=True, array_like=True):
        TOPIC = "transaction.reinstated.v1"
        # Everything again: run in another block, the same transaction may do something else.
        place: ChainPlace
        fee_payer: WalletAddress
        signers: tuple[WalletAddress, ...]
        failed: bool
        fees: Fees
        transfers: tuple[Transfer, ...]
        balance_changes: tuple[BalanceChange, ...]
        trade_count: int
        decoder: str
        source: str

    @staticmethod
    def create_id(place: ChainPlace) -> UUID:
        """A signature names one transaction: recording twice is the same stream."""
        return transaction_stream(place.signature)

    @classmethod
    def record(
        cls,
        place: ChainPlace,
        *,
        fee_payer: WalletAddress,
        signers: tuple[WalletAddress, ...],
        failed: bool,
        fees: Fees,
        transfers: tuple[Transfer, ...],
        balance_changes: tuple[BalanceChange, ...],
        trade_count: int,
        decoder: str,
        source: str,
    ) -> Self:
        """State a confirmed transaction; ``source`` is where it was heard of."""
        return cls(
            place,
            fee_payer,
            signers,
            failed,
            fees,
            transfers,
            balance_changes,
            trade_count,
            decoder,
            source,
        )

    def finalize(self) -> None:
        """Say that no fork can drop it any more; raises NotAllowed once retracted."""
        if self.finality == "retracted":
            raise NotAllowed(f"transaction {self.place.signature}", "a fork dropped it")
        if self.finality != "finalized":
            self._finalized()

    def retract(self) -> None:
        """Take back what a fork dropped; raises NotAllowed once final."""
        if self.finality == "finalized":
            raise NotAllowed(f"transaction {self.place.signature}", "it is final")
        if self.finality != "retracted":
            self._retracted(self.place)

    def reinstate(
        self,
        place: ChainPlace,
        *,
        fee_payer: WalletAddress,
        signers: tuple[WalletAddress, ...],
        failed: bool,
        fees: Fees,
        transfers: tuple[Transfer, ...],
        balance_changes: tuple[BalanceChange, ...],
        trade_count: int,
        decoder: str,
        source: str,
    ) -> None:
        """State what it did in the other block it landed in; raises NotAllowed unless
        retracted."""
        if self.finality != "retracted":
            raise NotAllowed(f"transaction {self.place.signature}", "no fork dropped it")
        self._reinstated(
            place,
            fee_payer,
            signers,
            failed,
            fees,
            transfers,
            balance_changes,
            trade_count,
            decoder,
            source,
        )

    @event(Recorded)
    def __init__(
        self,
        place: ChainPlace,
        fee_payer: WalletAddress,
        signers: tuple[WalletAddress, ...],
        failed: bool,
        fees: Fees,
        transfers: tuple[Transfer, ...],
        balance_changes: tuple[BalanceChange, ...],
        trade_count: int,
        decoder: str,
        source: str,
    ) -> None:
        self.place = place
        self.finality: Finality = "confirmed"

    @event(Finalized)
    def _finalized(self) -> None:
        self.finality = "finalized"

    @event(Retracted)
    def _retracted(self, place: ChainPlace) -> None:
        self.finality = "retracted"

    @event(Reinstated)
    def _reinstated(
        self,
        place: ChainPlace,
        fee_payer: WalletAddress,
        signers: tuple[WalletAddress, ...],
        failed: bool,
        fees: Fees,
        transfers: tuple[Transfer, ...],
        balance_changes: tuple[BalanceChange, ...],
        trade_count: int,
        decoder: str,
        source: str,
    ) -> None:
        self.place = place
        self.finality = "confirmed"


def transaction_stream(signature: Signature) -> UUID:
    """The stream of the transaction with that signature."""
    return stream_id("transaction", signature)
