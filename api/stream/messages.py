"""An event as messages: made once for each channel, however many clients get it."""

from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from api.encoding import Shown, encode, moment
from api.event_shown import show_event
from api.rest.tokens import per_token
from api.stream.channels import PRICES, channels_of
from api.trade_shown import show_trade
from domain.recorded import RecordedEvent
from domain.signal import Signal
from domain.trade import Trade
from domain.values import Mint, Signature
from projections.last_price import priced_sides


class PriceShown(Shown, frozen=True):
    """What a token just traded for, in ``quote`` per token."""

    token: Mint
    price: Decimal
    quote: Mint
    venue: str
    signature: Signature
    slot: int
    timestamp: datetime | None
    retracted: bool


class TokenNamed(Shown, frozen=True):
    """A token; its symbol and name are not kept yet."""

    address: Mint
    symbol: str | None = None
    name: str | None = None


class SignalShown(Shown, frozen=True):
    """A forecast as the published API has it."""

    id: UUID
    token: TokenNamed
    action: str
    confidence: Decimal
    target_price: Decimal
    stop_loss: Decimal
    timeframe: str
    reasoning: str
    created_at: datetime | None


class Messages:
    """One event's messages."""

    def __init__(self, recorded: RecordedEvent) -> None:
        self._recorded: Final = recorded
        self.channels: Final = channels_of(recorded)
        self._texts: dict[str, str] = {}
        self._bodies: dict[bool, bytes] = {}

    def text(self, channel: str) -> str:
        """The message for one of the channels; channel names need no escaping."""
        text = self._texts.get(channel)
        if text is None:
            recorded = self._recorded
            head = (
                f'{{"type":"message","channel":"{channel}","position":{recorded.position},'
                f'"event":"{recorded.type.rpartition(".")[0]}","data":'
            )
            text = self._texts[channel] = head + self._body(channel == PRICES).decode() + "}"
        return text

    def _body(self, as_price: bool) -> bytes:
        body = self._bodies.get(as_price)
        if body is None:
            shown = _price(self._recorded) if as_price else _shown(self._recorded)
            body = self._bodies[as_price] = encode(shown)
        return body


def _shown(recorded: RecordedEvent) -> object:
    match recorded.event:
        case (
            Trade.Recorded(place=place, trade=trade, decoder=decoder)
            | Trade.Reinstated(place=place, trade=trade, decoder=decoder)
            | Trade.Corrected(place=place, trade=trade, decoder=decoder)
        ):
            return show_trade(place, trade, "confirmed", decoder)
        case Trade.Retracted(place=place, trade=trade):
            return show_trade(place, trade, "retracted", None)
        case Signal.Issued() as issued:
            return _signal(recorded.stream_id, issued)
    return {"id": recorded.stream_id, **show_event(recorded).data}


def _price(recorded: RecordedEvent) -> PriceShown | None:
    match recorded.event:
        case (
            Trade.Recorded(place=place, trade=trade)
            | Trade.Reinstated(place=place, trade=trade)
            | Trade.Corrected(place=place, trade=trade)
        ):
            retracted = False
        case Trade.Retracted(place=place, trade=trade):
            retracted = True
        case _:
            return None
    sides = priced_sides(trade)
    if sides is None:
        return None
    token, quote = sides
    return PriceShown(
        token=token.mint,
        price=per_token(token.amount, token.decimals, quote.amount, quote.decimals),
        quote=quote.mint,
        venue=trade.venue,
        signature=place.signature,
        slot=place.slot,
        timestamp=moment(place.block_time),
        retracted=retracted,
    )


def _signal(signal_id: UUID, issued: Signal.Issued) -> SignalShown:
    return SignalShown(
        id=signal_id,
        token=TokenNamed(issued.token),
        action=issued.action,
        confidence=issued.confidence,
        target_price=issued.target_price,
        stop_loss=issued.stop_price,
        timeframe=f"{issued.expires_at - issued.issued_for}s",
        reasoning=issued.reasoning,
        created_at=moment(issued.issued_for),
    )
