"""One exchange of tokens by one wallet, from the moment a block confirmed it."""

from typing import Literal, Self
from uuid import UUID

from msgspec import Struct

from domain.aggregate import Aggregate, Created, DomainEvent, event, stream_id
from domain.chain.decoded import DecodedTrade
from domain.errors import NotAllowed
from domain.values import Signature, Slot, UnixSeconds, WalletAddress

Finality = Literal["confirmed", "finalized", "retracted"]


class ChainPlace(Struct, frozen=True, array_like=True, gc=False):
    """Where in the chain a transaction stands.

    ``index_in_block`` is None when the source did not say; ``block_time`` likewise.
    """

    signature: Signature
    slot: Slot
    index_in_block: int | None
    block_time: UnixSeconds | None


class Trade(Aggregate):
    """A trade as the chain and our decoder have it now.

    A fork can take it back, a better decoder can correct it. Nothing final is ever taken back.
    """

    TOPIC = "Trade"

    class Recorded(Created, frozen=True, array_like=True):
        TOPIC = "trade.recorded.v1"
        place: ChainPlace
        trade: DecodedTrade
        decoder: str

    class Finalized(DomainEvent, frozen=True, array_like=True):
        TOPIC = "trade.finalized.v1"

    class Retracted(DomainEvent, frozen=True, array_like=True):
        TOPIC = "trade.retracted.v1"
        # The place and the trade again, so that a projection can undo by this event alone.
        place: ChainPlace
        trade: DecodedTrade

    class Reinstated(DomainEvent, frozen=True, array_like=True):
        TOPIC = "trade.reinstated.v1"
        # The trade as it came out in the block that the transaction landed in again.
        place: ChainPlace
        trade: DecodedTrade
        decoder: str

    class Corrected(DomainEvent, frozen=True, array_like=True):
        TOPIC = "trade.corrected.v1"
        place: ChainPlace
        was: DecodedTrade
        trade: DecodedTrade
        decoder: str

    @staticmethod
    def create_id(place: ChainPlace, trade: DecodedTrade) -> UUID:
        """Signature, instruction path and wallet: recording twice is the same stream."""
        return trade_stream(place.signature, trade.path, trade.trader)

    @classmethod
    def record(cls, place: ChainPlace, trade: DecodedTrade, decoder: str) -> Self:
        """State a confirmed trade; ``decoder`` is the version that read it."""
        return cls(place, trade, decoder)

    def finalize(self) -> None:
        """Say that no fork can drop it any more; raises NotAllowed once retracted."""
        if self.finality == "retracted":
            raise NotAllowed(f"trade {self.place.signature}", "a fork dropped it")
        if self.finality != "finalized":
            self._finalized()

    def retract(self) -> None:
        """Take back what a fork dropped; raises NotAllowed once final."""
        if self.finality == "finalized":
            raise NotAllowed(f"trade {self.place.signature}", "it is final")
        if self.finality != "retracted":
            self._retracted(self.place, self.trade)

    def reinstate(self, place: ChainPlace, trade: DecodedTrade, decoder: str) -> None:
        """State the trade where its transaction landed again; raises NotAllowed unless
        retracted."""
        if self.finality != "retracted":
            raise NotAllowed(f"trade {self.place.signature}", "no fork dropped it")
        self._reinstated(place, trade, decoder)

    def correct(self, trade: DecodedTrade, decoder: str) -> None:
        """Replace what was read by what ``decoder`` reads; raises NotAllowed when retracted."""
        if self.finality == "retracted":
            raise NotAllowed(f"trade {self.place.signature}", "a fork dropped it")
        if trade != self.trade:
            self._corrected(self.place, self.trade, trade, decoder)

    @event(Recorded)
    def __init__(self, place: ChainPlace, trade: DecodedTrade, decoder: str) -> None:
        self.place, self.trade, self.decoder = place, trade, decoder
        self.finality: Finality = "confirmed"

    @event(Finalized)
    def _finalized(self) -> None:
        self.finality = "finalized"

    @event(Retracted)
    def _retracted(self, place: ChainPlace, trade: DecodedTrade) -> None:
        self.finality = "retracted"

    @event(Reinstated)
    def _reinstated(self, place: ChainPlace, trade: DecodedTrade, decoder: str) -> None:
        self.place, self.trade, self.decoder = place, trade, decoder
        self.finality = "confirmed"

    @event(Corrected)
    def _corrected(
        self, place: ChainPlace, was: DecodedTrade, trade: DecodedTrade, decoder: str
    ) -> None:
        self.trade, self.decoder = trade, decoder


def trade_stream(signature: Signature, path: str, trader: WalletAddress) -> UUID:
    """The stream of the trade in that instruction of that transaction by that wallet."""
    return stream_id("trade", signature, path, trader)
