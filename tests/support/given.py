"""Given past events, when a decision, then events, a refusal, or nothing.

The past is replayed from its stored bytes, as the log would, and every outcome is checked to
replay to the state the aggregate has now.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast

from msgspec import Struct

from domain.aggregate import Aggregate, DomainEvent
from domain.catalogue import CATALOGUE
from domain.errors import DomainError

A = TypeVar("A", bound=Aggregate)

HEADER = ("originator_id", "originator_version", "timestamp", "originator_topic")
"""What the event library fills in; the rest of an event is what was decided."""


class Happened(Struct, frozen=True):
    """An expected event: its type and all that it says."""

    kind: type[DomainEvent]
    says: dict[str, object]


def happened(kind: type[DomainEvent], **says: object) -> Happened:
    """Expect ``kind`` with exactly these fields besides the header."""
    return Happened(kind, says)


class Outcome(Generic[A]):
    """What a decision led to."""

    def __init__(self, past: Sequence[DomainEvent], decide: Callable[[], A]) -> None:
        self._past = past
        self._refusal: DomainError | None = None
        self._decided: Sequence[DomainEvent] = ()
        try:
            aggregate = decide()
        except DomainError as refusal:
            self._refusal = refusal
        else:
            self._decided = collected(aggregate)
            assert state(replay([*past, *self._decided])) == state(aggregate)

    def then(self, *expected: Happened) -> None:
        """Exactly these events, next in their stream."""
        assert self._refusal is None, f"refused: {self._refusal}"
        assert [_said(event) for event in self._decided] == list(expected)
        first = len(self._past) + 1
        versions = [event.originator_version for event in self._decided]
        assert versions == list(range(first, first + len(expected)))

    def then_refused(self, refusal: type[DomainError], naming: str = "") -> None:
        """Refused in exactly this way, with a message that names the matter."""
        assert type(self._refusal) is refusal, f"decided {self._decided}, refused {self._refusal}"
        assert naming in str(self._refusal)

    def then_nothing(self) -> None:
        """Allowed, and nothing to record."""
        self.then()


class Given(Generic[A]):
    """A past, ready for a decision."""

    def __init__(self, past: Sequence[DomainEvent]) -> None:
        self._past = past

    def when(self, decide: Callable[[A], object]) -> Outcome[A]:
        """Ask the aggregate with that past."""

        def decided() -> A:
            aggregate = cast("A", replay(self._past))
            decide(aggregate)
            return aggregate

        return Outcome(self._past, decided)


def given(begin: Callable[[], A], *decisions: Callable[[A], object]) -> Given[A]:
    """What happened when somebody began so and decided that."""
    aggregate = begin()
    for decide in decisions:
        decide(aggregate)
    return Given(collected(aggregate))


def when_new(begin: Callable[[], A]) -> Outcome[A]:
    """Begin where nothing has happened."""
    return Outcome((), begin)


def collected(aggregate: Aggregate) -> Sequence[DomainEvent]:
    """What the aggregate decided and has not yet handed over."""
    return cast("Sequence[DomainEvent]", aggregate.collect_events())


def replay(past: Sequence[DomainEvent]) -> Aggregate:
    """The aggregate that the stored form of ``past`` makes."""
    aggregate: Aggregate | None = None
    for event in past:
        stored = CATALOGUE.encode(event)
        aggregate = CATALOGUE.decode(event.TOPIC, stored).mutate(aggregate)
    assert aggregate is not None
    return aggregate


def state(aggregate: Aggregate) -> dict[str, Any]:
    """All an aggregate knows, apart from what it has not handed over yet."""
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}


def _said(event: DomainEvent) -> Happened:
    says = {name: getattr(event, name) for name in event.__struct_fields__ if name not in HEADER}
    return Happened(type(event), says)
