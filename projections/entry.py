"""One entry of the log, decoded when somebody first asks and once for all who do."""

from collections.abc import Callable, Iterable
from typing import Final

from domain.aggregate import DomainEvent
from domain.catalogue import CATALOGUE, UPCASTS, EventType, UnknownEventType
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition


class Entry:
    """Where an event stands and what type it is; ``event()`` decodes the rest."""

    __slots__ = ("_decode", "_event", "position", "type")

    def __init__(
        self, position: GlobalPosition, event_type: str, decode: Callable[[], RecordedEvent]
    ) -> None:
        self.position: Final = position
        self.type: Final = event_type
        self._decode = decode
        self._event: RecordedEvent | None = None

    def event(self) -> RecordedEvent:
        """The event; raises whatever its bytes make the decoder raise."""
        if self._event is None:
            self._event = self._decode()
        return self._event


class Handled:
    """Which stored types, old versions included, a projection wants."""

    def __init__(self, events: Iterable[type[DomainEvent]]) -> None:
        wanted = frozenset(events)
        known = frozenset(CATALOGUE.types) | frozenset(UPCASTS)
        self._verdicts = {name: CATALOGUE.types[_current(name)] in wanted for name in known}

    def __contains__(self, event_type: object) -> bool:
        """Raises UnknownEventType for a type of a newer program's: skipping it could make the
        view wrong, so whoever asks has to wait for the upgrade."""
        try:
            return self._verdicts[EventType(str(event_type))]
        except KeyError:
            raise UnknownEventType(str(event_type)) from None


def _current(name: EventType) -> EventType:
    while name in UPCASTS:
        name = UPCASTS[name][0]
    return name
