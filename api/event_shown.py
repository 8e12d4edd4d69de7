"""Any event as JSON: named fields, exact amounts as strings, sealed data only as ``sealed``."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, get_type_hints
from uuid import UUID

from msgspec import Struct

from api.encoding import Shown
from domain.aggregate import Created
from domain.recorded import RecordedEvent
from domain.values import BaseUnits, Lamports

SEALED: Final = "sealed"
_HEADER: Final = frozenset(Created.__struct_fields__)
"""Shown beside the data, under the log's own names."""
_AMOUNTS: Final = (BaseUnits, Lamports)


class EventShown(Shown, frozen=True):
    """One entry of the log. ``decidedAt`` is our clock when it was decided, ``recordedAt`` when
    it was written; ``data`` is what it says."""

    position: int
    type: str
    stream_id: UUID
    version: int
    decided_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID
    data: dict[str, Any]


def show_event(recorded: RecordedEvent) -> EventShown:
    """The entry in readable form."""
    metadata = recorded.metadata
    return EventShown(
        position=recorded.position,
        type=recorded.type,
        stream_id=recorded.stream_id,
        version=recorded.version,
        decided_at=recorded.event.timestamp,
        recorded_at=recorded.recorded_at,
        actor=metadata.actor,
        correlation_id=metadata.correlation_id,
        causation_id=metadata.causation_id,
        data=_named(recorded.event, leave_out=_HEADER),
    )


def is_type(found: str, asked: str) -> bool:
    """Whether a type is the asked-for one: ``trade`` and ``trade.recorded`` stand for all of
    theirs."""
    return found == asked or found.startswith(asked + ".")


def _named(struct: Struct, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        shown: show(getattr(struct, name))
        for name, shown, show in _fields(type(struct))
        if name not in leave_out
    }


@cache
def _fields(kind: type[Struct]) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """Name, shown name, and how to show each field of a struct."""
    hints = get_type_hints(kind)
    return tuple(
        (name, _camel(name), _exact if hints[name] in _AMOUNTS else _plain)
        for name in kind.__struct_fields__
    )


def _exact(value: int) -> str:
    return str(value)


def _plain(value: Any) -> Any:
    match value:
        case Struct():
            return _named(value)
        case tuple() | list():
            return [_plain(item) for item in value]
        case bytes():
            return SEALED
        case Decimal():
            return str(value)
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
