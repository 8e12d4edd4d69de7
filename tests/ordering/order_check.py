"""Judges what a reader of a log saw against what its writers were promised."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct


class Seen(Struct, frozen=True):
    """One event as a reader met it, or as a writer was told of it."""

    position: int
    stream_id: UUID
    version: int


class Findings(Struct, frozen=True):
    """What went wrong; all empty when nothing did."""

    missed: list[Seen]
    never_promised: list[Seen]
    repeated: list[Seen]
    out_of_order: list[Seen]
    not_contiguous: list[Seen]

    @property
    def none(self) -> bool:
        """Whether the reader saw every promised event, once, in order."""
        return not any(getattr(self, kind) for kind in self.__struct_fields__)


def check(seen: Iterable[Seen], promised: Iterable[Seen]) -> Findings:
    """Compare a reader's events, in the order it met them, with the acknowledged ones."""
    seen, promised = list(seen), set(promised)
    last_position, versions = 0, Counter[UUID]()
    out_of_order, not_contiguous = [], []
    for event in seen:
        if event.position <= last_position:
            out_of_order.append(event)
        if event.version != versions[event.stream_id] + 1:
            not_contiguous.append(event)
        last_position = max(last_position, event.position)
        versions[event.stream_id] = event.version
    met = Counter(seen)
    return Findings(
        missed=[event for event in promised if event not in met],
        never_promised=[event for event in met if event not in promised],
        repeated=[event for event, times in met.items() if times > 1],
        out_of_order=out_of_order,
        not_contiguous=not_contiguous,
    )
