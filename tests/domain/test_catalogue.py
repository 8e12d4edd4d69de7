"""Names, layouts and versions of stored events."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.aggregate import Aggregate, Created, DomainEvent, event
from domain.catalogue import (
    AGGREGATES,
    CATALOGUE,
    UPCASTS,
    Catalogue,
    EventType,
    UnknownEventType,
    Upcast,
    events_of,
)
from domain.values import Lamports, WalletAddress
from domain.wallet_subscription import WalletSubscription


class Watch(Aggregate):
    """Today's form of a thing whose first event has had three versions.

    v1 said a threshold in whole SOL, v2 in lamports, v3 also says who asked.
    """

    TOPIC = "test.Watch"

    class Begun(Created, frozen=True, array_like=True):
        TOPIC = "test-watch.begun.v3"
        threshold: Lamports
        asked_by: UUID
        note: str = ""

    class Ended(DomainEvent, frozen=True, array_like=True):
        TOPIC = "test-watch.ended.v1"

    @staticmethod
    def create_id(asked_by: UUID) -> UUID:
        return asked_by

    @event(Begun)
    def __init__(self, threshold: Lamports, asked_by: UUID, note: str = "") -> None:
        self.threshold, self.asked_by, self.note = threshold, asked_by, note
        self.ended = False

    @event(Ended)
    def _ended(self) -> None:
        self.ended = True

    def end(self) -> None:
        if not self.ended:
            self._ended()


V1, V2, V3 = (EventType(f"test-watch.begun.v{version}") for version in (1, 2, 3))
NOBODY = UUID(int=0)
STREAM = uuid4()
MOMENT = datetime(2026, 11, 24, tzinfo=UTC)


def to_lamports(fields: object) -> object:
    *header, sol = cast("list[Any]", fields)
    return [*header, sol * 10**9]


def by_nobody(fields: object) -> object:
    return [*cast("list[Any]", fields), NOBODY.bytes]


STEPS: Mapping[EventType, tuple[EventType, Upcast]] = {V1: (V2, to_lamports), V2: (V3, by_nobody)}
WATCHES = Catalogue([Watch], STEPS)


def stored(*own: object) -> bytes:
    """What an old program wrote: the header, then the event's own fields."""
    encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
    return encode([STREAM, 1, MOMENT, "test.Watch", *own])


def begun(threshold: int, asked_by: UUID = NOBODY) -> Watch.Begun:
    return Watch.Begun(STREAM, 1, MOMENT, "test.Watch", Lamports(threshold), asked_by)


def test_an_old_version_is_read_as_todays() -> None:
    assert WATCHES.decode(V2, stored(5)) == begun(5)


def test_an_older_version_goes_through_every_step() -> None:
    assert WATCHES.decode(V1, stored(5)) == begun(5_000_000_000)


def test_todays_version_is_read_as_it_is() -> None:
    somebody = uuid4()
    assert WATCHES.decode(V3, stored(5, somebody)) == begun(5, somebody)


def test_a_field_that_came_later_gets_its_default() -> None:
    read = WATCHES.decode(V3, stored(5, NOBODY))
    assert isinstance(read, Watch.Begun)
    assert read.note == ""


def test_a_stream_of_old_and_new_versions_replays() -> None:
    watch = cast("Watch", WATCHES.decode(V1, stored(2)).mutate(None))
    watch.end()
    (ended,) = watch.collect_events()
    assert watch.threshold == 2_000_000_000
    assert isinstance(ended, Watch.Ended)
    assert ended.originator_version == 2


def test_what_is_written_is_always_todays_version() -> None:
    event_type = EventType(begun(5).TOPIC)
    assert event_type == V3
    assert WATCHES.decode(event_type, WATCHES.encode(begun(5))) == begun(5)


def test_without_the_step_an_old_version_is_unknown() -> None:
    with pytest.raises(UnknownEventType, match=V1):
        Catalogue([Watch], {}).decode(V1, stored(5))


def test_an_upcast_to_a_name_nobody_has_is_unknown() -> None:
    lost = EventType("test-watch.begun.v9")
    with pytest.raises(UnknownEventType, match=lost):
        Catalogue([Watch], {V1: (lost, to_lamports)}).decode(V1, stored(5))


def test_an_upcast_that_makes_nonsense_is_refused() -> None:
    wrong = Catalogue([Watch], {V2: (V3, lambda fields: ["not", "the", "fields"])})
    with pytest.raises(msgspec.ValidationError):
        wrong.decode(V2, stored(5))


def test_an_event_of_a_newer_program_says_so() -> None:
    with pytest.raises(UnknownEventType, match="newer version"):
        CATALOGUE.decode("wallet-subscription.renamed.v7", b"\x90")


def test_damaged_bytes_are_refused() -> None:
    subscription = WalletSubscription.Paused(STREAM, 2, MOMENT)
    data = CATALOGUE.encode(subscription)
    with pytest.raises(msgspec.DecodeError):
        CATALOGUE.decode(subscription.TOPIC, data[:-1])


def test_every_event_an_aggregate_declares_is_in_the_catalogue() -> None:
    declared = [event for aggregate in AGGREGATES for event in events_of(aggregate)]
    assert list(CATALOGUE.types.values()) == declared
    assert WalletSubscription.Paused in declared


def test_no_upcast_is_from_a_name_that_is_current_or_in_a_circle() -> None:
    for name in UPCASTS:
        assert name not in CATALOGUE.types
        seen = {name}
        while name in UPCASTS:
            name, _ = UPCASTS[name]
            assert name not in seen
            seen.add(name)
        assert name in CATALOGUE.types


def test_bytes_of_another_event_are_refused() -> None:
    wallet = WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")
    closed = WalletSubscription.Closed(STREAM, 2, MOMENT, NOBODY, wallet)
    with pytest.raises(msgspec.ValidationError):
        CATALOGUE.decode("trade.retracted.v1", CATALOGUE.encode(closed))
