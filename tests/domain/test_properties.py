"""What holds for every aggregate, whatever it is asked."""

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.aggregate import Aggregate, DomainEvent
from domain.catalogue import AGGREGATES, CATALOGUE, EventType
from domain.errors import DomainError
from tests.support.given import collected, replay, state
from tests.support.strategies import HISTORIES, Decision, History, events

each_aggregate = pytest.mark.parametrize("kind", AGGREGATES, ids=lambda kind: kind.TOPIC)


def asked(aggregate: Aggregate, decision: Decision) -> tuple[DomainEvent, ...]:
    """What was decided; a refusal decides nothing."""
    try:
        decision.ask(aggregate)
    except DomainError:
        assert not aggregate.pending_events, "a refusal must not leave half a decision"
    return tuple(collected(aggregate))


def test_every_aggregate_has_histories() -> None:
    assert set(HISTORIES) == set(AGGREGATES)


@each_aggregate
@for_any(data=st.data())
def test_deciding_twice_records_once(kind: type[Aggregate], data: st.DataObject) -> None:
    history: History = data.draw(HISTORIES[kind])
    aggregate = history.begin()
    collected(aggregate)
    for decision in history.decisions:
        asked(aggregate, decision)
        assert asked(aggregate, decision) == ()


@each_aggregate
@for_any(data=st.data())
def test_replay_equals_live(kind: type[Aggregate], data: st.DataObject) -> None:
    history: History = data.draw(HISTORIES[kind])
    aggregate = history.begin()
    past = list(collected(aggregate))
    for decision in history.decisions:
        past += asked(aggregate, decision)
    replayed = replay(past)
    assert type(replayed) is kind
    assert state(replayed) == state(aggregate)


@each_aggregate
@for_any(data=st.data())
def test_a_history_is_one_stream_without_gaps(kind: type[Aggregate], data: st.DataObject) -> None:
    history: History = data.draw(HISTORIES[kind])
    aggregate = history.begin()
    past = list(collected(aggregate))
    for decision in history.decisions:
        past += asked(aggregate, decision)
    assert [event.originator_version for event in past] == list(range(1, len(past) + 1))
    assert {event.originator_id for event in past} == {aggregate.id}


@each_aggregate
@for_any(data=st.data())
def test_beginning_twice_is_the_same_stream(kind: type[Aggregate], data: st.DataObject) -> None:
    history: History = data.draw(HISTORIES[kind])
    assert history.begin().id == history.begin().id


@pytest.mark.parametrize("name", CATALOGUE.types)
@for_any(data=st.data())
def test_encode_then_decode_is_identity(name: EventType, data: st.DataObject) -> None:
    event = data.draw(events(CATALOGUE.types[name]))
    decoded = CATALOGUE.decode(name, CATALOGUE.encode(event))
    assert decoded == event
    assert type(decoded) is type(event)
