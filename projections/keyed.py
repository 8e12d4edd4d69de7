"""Folding events into a keyed view: read what they touch, change it, write it back at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final, TypeVar

import msgspec
from msgspec import Struct

from domain.aggregate import DomainEvent
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from projections.ports import KeyedStore, Place

R = TypeVar("R", bound=Struct)

_encode: Final = msgspec.msgpack.Encoder(uuid_format="bytes").encode


class Values:
    """The touched values of a view, decoded when needed and encoded once at the end."""

    def __init__(self, values: Mapping[Place, bytes | None]) -> None:
        self._stored = values
        self._records: dict[Place, Struct | None] = {}

    def get(self, place: Place, decode: Callable[[bytes], R]) -> R | None:
        """The record at a place that was read, as the events so far left it."""
        try:
            return self._records[place]  # type: ignore[return-value]  # one type for each place
        except KeyError:
            stored = self._stored[place]
            return None if stored is None else decode(stored)

    def put(self, place: Place, record: Struct | None) -> None:
        """Replace the record, or take it away; the place need not have been read."""
        self._records[place] = record

    def changes(self) -> Mapping[Place, bytes | None]:
        """What is to be written."""
        return {
            place: None if record is None else _encode(record)
            for place, record in self._records.items()
        }


class KeyedProjection:
    """A projection whose view is a ``KeyedStore``; a subclass says what an event touches and
    what it does there, both pure."""

    name: ClassVar[str]
    handles: ClassVar[tuple[type[DomainEvent], ...]]

    def __init__(self, store: KeyedStore) -> None:
        self._store = store

    def touches(self, recorded: RecordedEvent) -> Iterable[Place]:
        """The places whose values ``fold`` needs to see."""
        raise NotImplementedError

    def fold(self, values: Values, recorded: RecordedEvent) -> None:
        """Apply one event to the values."""
        raise NotImplementedError

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied, 0 for a view that is empty or was lost."""
        return (await self._store.read(())).checkpoint

    async def project(
        self, events: Sequence[RecordedEvent], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the events and move the checkpoint, in one atomic step."""
        places = {place for recorded in events for place in self.touches(recorded)}
        seen = await self._store.read(list(places))
        if seen.checkpoint != after:
            return seen.checkpoint
        values = Values(seen.values)
        for recorded in events:
            self.fold(values, recorded)
        return await self._store.write(seen, values.changes(), upto)

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        await self._store.reset()
