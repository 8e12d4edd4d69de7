"""Every event there is, by its permanent name, and the bytes it is stored as.

The names and the layouts outlive the code: a new meaning is a new version (``…v2``) with an
upcast from the old one, and ``tests/golden`` keeps the bytes of every version ever stored.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NewType

import msgspec

from domain.account import Account
from domain.aggregate import Aggregate, DomainEvent
from domain.signal import Signal
from domain.trade import Trade
from domain.transaction import Transaction
from domain.wallet_subscription import WalletSubscription

EventType = NewType("EventType", str)
"""``<aggregate>.<event>.v<version>``, for example ``trade.recorded.v1``."""

AGGREGATES: Final[tuple[type[Aggregate], ...]] = (
    WalletSubscription,
    Transaction,
    Trade,
    Signal,
    Account,
)

Upcast = Callable[[object], object]
"""Turns the plain (undecoded) fields of one version into those of the next."""

UPCASTS: Final[Mapping[EventType, tuple[EventType, Upcast]]] = {}
"""Old name to (next name, how): applied one after another until the name is current."""


class UnknownEventType(LookupError):
    """The log holds an event this program has no name for: it was written by a newer one."""

    def __init__(self, event_type: str) -> None:
        super().__init__(
            f"event type {event_type!r} is unknown here: the log was written by a newer version"
        )
        self.event_type = event_type


class Catalogue:
    """Encodes events to stored bytes and back; one cached typed decoder for each type."""

    def __init__(
        self,
        aggregates: Iterable[type[Aggregate]],
        upcasts: Mapping[EventType, tuple[EventType, Upcast]],
    ) -> None:
        self.types: Final[Mapping[EventType, type[DomainEvent]]] = {
            EventType(event.TOPIC): event
            for aggregate in aggregates
            for event in events_of(aggregate)
        }
        self._upcasts = upcasts
        self._decoders: Mapping[str, Callable[[bytes], DomainEvent]] = {
            name: msgspec.msgpack.Decoder(event).decode for name, event in self.types.items()
        }
        self._encode = msgspec.msgpack.Encoder(uuid_format="bytes", decimal_format="string").encode

    def encode(self, event: DomainEvent) -> bytes:
        """The bytes the log keeps: a MessagePack array of the event's fields in order."""
        return self._encode(event)

    def decode(self, event_type: str, data: bytes) -> DomainEvent:
        """The event those bytes are, upcast to today's version; raises UnknownEventType."""
        decode = self._decoders.get(event_type)
        if decode is not None:
            return decode(data)
        return self._upcast(EventType(event_type), data)

    def _upcast(self, event_type: EventType, data: bytes) -> DomainEvent:
        fields: object = msgspec.msgpack.decode(data)
        while event_type in self._upcasts:
            event_type, upcast = self._upcasts[event_type]
            fields = upcast(fields)
        try:
            current = self.types[event_type]
        except KeyError:
            raise UnknownEventType(event_type) from None
        return msgspec.convert(fields, current, strict=False)


def events_of(aggregate: type[Aggregate]) -> tuple[type[DomainEvent], ...]:
    """The event classes an aggregate declares, in no particular order."""
    return tuple(
        member
        for member in vars(aggregate).values()
        if isinstance(member, type) and issubclass(member, DomainEvent) and "TOPIC" in dir(member)
    )


CATALOGUE: Final = Catalogue(AGGREGATES, UPCASTS)
