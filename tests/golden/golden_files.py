"""The stored bytes of every event version there ever was, and what they say.

`python -m tests.golden.golden_files` writes what is missing; it never touches what is there.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import singledispatch
from hashlib import sha512
from itertools import count
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from msgspec import Struct
from solders.pubkey import Pubkey
from solders.signature import Signature as SoldersSignature

from domain.aggregate import Aggregate, DomainEvent
from domain.catalogue import AGGREGATES, CATALOGUE, EventType, events_of
from domain.values import Mint, Signature, WalletAddress

FOLDER: Final = Path(__file__).parent

_MOMENT: Final = datetime(2026, 11, 24, 4, 5, 6, 789012, UTC)


class Golden(NamedTuple):
    """One file: ``<event type>.msgpack``, or ``<event type>~2.msgpack`` after a field came."""

    event_type: EventType
    layout: int
    path: Path

    @property
    def stored(self) -> bytes:
        """The bytes the log holds."""
        return self.path.read_bytes()

    @property
    def says(self) -> object:
        """What they say, as written beside them."""
        return msgspec.json.decode(self.path.with_suffix(".json").read_bytes())


def goldens() -> Iterator[Golden]:
    """Every file there is, by type and then by layout."""
    for path in sorted(FOLDER.glob("*.msgpack")):
        event_type, _, layout = path.name.removesuffix(".msgpack").partition("~")
        yield Golden(EventType(event_type), int(layout or 1), path)


def newest() -> dict[EventType, Golden]:
    """The latest layout of each type."""
    return {golden.event_type: golden for golden in sorted(goldens(), key=lambda g: g.layout)}


def missing() -> Iterator[tuple[Golden, DomainEvent]]:
    """Types, and layouts of types, without a file; each with an event to write."""
    there = newest()
    for event_type, kind in CATALOGUE.types.items():
        golden = there.get(event_type)
        if golden is None:
            yield Golden(event_type, 1, FOLDER / f"{event_type}.msgpack"), sample(kind)
        elif is_short(golden):
            layout = golden.layout + 1
            path = FOLDER / f"{event_type}~{layout}.msgpack"
            yield Golden(event_type, layout, path), sample(kind)


def is_short(golden: Golden) -> bool:
    """Whether it was written before its type got its last field, at any depth."""
    event = CATALOGUE.decode(golden.event_type, golden.stored)
    return CATALOGUE.encode(event) != golden.stored


def sample(kind: type[DomainEvent]) -> DomainEvent:
    """An event with every field filled in, each differently, and the same each time."""
    event = _Sampler().of(kind, kind.TOPIC)
    assert isinstance(event, kind)
    return event


class _Sampler:
    """Values that differ from field to field, so that two fields changing places shows."""

    def __init__(self) -> None:
        self._count = count(1)

    def of(self, kind: Any, place: str) -> Any:
        if place.endswith(".originator_topic"):
            return _aggregate(place.removesuffix(".originator_topic")).TOPIC
        supertype = getattr(kind, "__supertype__", kind)
        if supertype in (str, int, bool, bytes, UUID, Decimal, datetime):
            return self._plain(kind, place, next(self._count))
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Literal:
            return parts[-1]
        if origin in (Union, UnionType):
            return self.of(next(part for part in parts if part is not NoneType), place)
        if origin is tuple and parts[1:] == (...,):
            return (self.of(parts[0], f"{place}[0]"), self.of(parts[0], f"{place}[1]"))
        if isinstance(kind, type) and issubclass(kind, Struct):
            hints = get_type_hints(kind)
            fields = kind.__struct_fields__
            return kind(**{field: self.of(hints[field], f"{place}.{field}") for field in fields})
        raise TypeError(f"no sample for {kind}: add one to {__name__}")

    def _plain(self, kind: Any, place: str, number: int) -> object:
        digest = sha512(place.encode()).digest()
        if kind in (WalletAddress, Mint):
            return str(Pubkey(digest[:32]))
        if kind is Signature:
            return str(SoldersSignature(digest))
        return {
            str: place,
            int: (1 << 7 * (number % 9)) + number,  # every width MessagePack has
            bool: number % 2 == 0,
            bytes: digest[: 8 + number],
            UUID: UUID(bytes=digest[:16]),
            Decimal: Decimal(number).scaleb(-2),
            datetime: _MOMENT + timedelta(seconds=number),
        }[getattr(kind, "__supertype__", kind)]


def _aggregate(event_type: str) -> type[Aggregate]:
    return next(
        aggregate
        for aggregate in AGGREGATES
        if event_type in {event.TOPIC for event in events_of(aggregate)}
    )


@singledispatch
def written_out(value: object) -> object:
    """The value by field names, in JSON's types."""
    if isinstance(value, Struct):
        return {name: written_out(getattr(value, name)) for name in value.__struct_fields__}
    return value


@written_out.register
def _(value: tuple) -> object:  # type: ignore[type-arg]  # singledispatch wants the bare class
    return [written_out(part) for part in value]


@written_out.register
def _(value: bytes) -> object:
    return value.hex()


@written_out.register(UUID)
@written_out.register(Decimal)
def _(value: object) -> object:
    return str(value)


@written_out.register
def _(value: datetime) -> object:
    return value.isoformat()


def main() -> None:
    """Write what is missing; files that exist are never opened for writing."""
    for golden, event in missing():
        says = msgspec.json.format(msgspec.json.encode(written_out(event)), indent=2)
        with golden.path.open("xb") as file:
            file.write(CATALOGUE.encode(event))
        with golden.path.with_suffix(".json").open("xb") as file:
            file.write(says + b"\n")
        print(golden.path.name)


if __name__ == "__main__":
    main()
