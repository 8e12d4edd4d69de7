"""What every log promises, tried on each implementation."""

import asyncio
from uuid import UUID, uuid4

import pytest

from commands.ports import ConcurrencyConflict
from domain.values import GlobalPosition, StreamVersion
from infra.postgres.log import PostgresLog
from tests.infra.postgres.appending import EMPTY, event, events, metadata
from tests.support.memory_log import MemoryLog

Log = MemoryLog | PostgresLog
START = GlobalPosition(0)
RACERS = 100


@pytest.fixture
def stream() -> UUID:
    return uuid4()


async def test_an_empty_log_stands_at_zero(log: Log, stream: UUID) -> None:
    assert await log.head() == 0
    assert list(await log.read(START, 10)) == []
    assert list(await log.read_stream(stream)) == []


async def test_what_was_appended_is_read_as_it_was(log: Log, stream: UUID) -> None:
    appended, why = events(stream, 2), metadata()
    assert await log.append(stream, EMPTY, appended, why) == 2
    first, second = await log.read_stream(stream)
    assert [first.event, second.event] == list(appended)
    assert (first.position, second.position) == (1, 2)
    assert (first.version, second.version) == (1, 2)
    assert first.metadata == second.metadata == why
    assert (first.type, first.stream_id) == ("wallet-subscription.opened.v1", stream)
    assert first.recorded_at.tzinfo is not None
    assert first.recorded_at <= second.recorded_at


async def test_the_log_is_read_in_order_above_a_position(log: Log) -> None:
    streams = [uuid4() for _ in range(5)]
    for each in streams:
        await log.append(each, EMPTY, events(each, 1), metadata())
    assert [one.stream_id for one in await log.read(START, 100)] == streams
    assert [one.position for one in await log.read(GlobalPosition(2), 2)] == [3, 4]
    assert list(await log.read(GlobalPosition(5), 10)) == []


async def test_a_stream_goes_on_where_it_stands(log: Log, stream: UUID) -> None:
    await log.append(stream, EMPTY, events(stream, 1), metadata())
    assert await log.append(stream, StreamVersion(1), events(stream, 2, after=1), metadata()) == 3
    assert [one.version for one in await log.read_stream(stream)] == [1, 2, 3]


@pytest.mark.parametrize(("stands_at", "expected"), [(0, 1), (1, 0), (2, 1), (1, 5)])
async def test_another_version_than_expected_is_a_conflict(
    log: Log, stream: UUID, stands_at: int, expected: int
) -> None:
    if stands_at:
        await log.append(stream, EMPTY, events(stream, stands_at), metadata())
    with pytest.raises(ConcurrencyConflict) as conflict:
        await log.append(
            stream, StreamVersion(expected), events(stream, 1, after=expected), metadata()
        )
    told = (conflict.value.stream_id, conflict.value.expected, conflict.value.found)
    assert told == (stream, expected, stands_at)
    assert str(stream) in str(conflict.value)
    assert await log.head() == stands_at


async def test_a_conflict_records_none_of_several(log: Log, stream: UUID) -> None:
    await log.append(stream, EMPTY, events(stream, 1), metadata())
    with pytest.raises(ConcurrencyConflict):
        await log.append(stream, EMPTY, events(stream, 3), metadata())
    assert await log.head() == 1


async def test_repeating_an_append_records_once(log: Log, stream: UUID) -> None:
    why = metadata()
    first = await log.append(stream, EMPTY, events(stream, 2), why)
    await log.append(stream, StreamVersion(2), events(stream, 1, after=2), metadata())
    assert await log.append(stream, EMPTY, events(stream, 2), why) == first
    assert await log.head() == 3


async def test_the_same_events_under_another_append_id_are_a_conflict(
    log: Log, stream: UUID
) -> None:
    await log.append(stream, EMPTY, events(stream, 1), metadata())
    with pytest.raises(ConcurrencyConflict):
        await log.append(stream, EMPTY, events(stream, 1), metadata())


async def test_repeating_at_the_same_time_records_once(log: Log, stream: UUID) -> None:
    why, appended = metadata(), events(stream, 1)
    positions = await asyncio.gather(*(log.append(stream, EMPTY, appended, why) for _ in range(10)))
    assert positions == [1] * 10
    assert await log.head() == 1


async def test_two_appends_that_follow_each_other_can_be_made_at_once(
    log: Log, stream: UUID
) -> None:
    positions = await asyncio.gather(
        log.append(stream, EMPTY, events(stream, 2), metadata()),
        log.append(stream, StreamVersion(2), events(stream, 3, after=2), metadata()),
    )
    assert list(positions) == [2, 5]
    assert [one.version for one in await log.read_stream(stream)] == [1, 2, 3, 4, 5]


async def test_of_two_for_the_same_version_one_wins_and_others_are_not_disturbed(
    log: Log, stream: UUID
) -> None:
    bystander = uuid4()
    winner, loser, other = await asyncio.gather(
        log.append(stream, EMPTY, events(stream, 1), metadata()),
        log.append(stream, EMPTY, events(stream, 2), metadata()),
        log.append(bystander, EMPTY, events(bystander, 1), metadata()),
        return_exceptions=True,
    )
    assert (winner, other) == (1, 2)
    assert isinstance(loser, ConcurrencyConflict)
    assert (loser.expected, loser.found) == (0, 1)


async def test_of_many_racers_exactly_one_wins_each_version(log: Log, stream: UUID) -> None:
    won: list[int] = []

    async def race() -> None:
        version = 0
        while True:
            try:
                await log.append(
                    stream, StreamVersion(version), [event(stream, version + 1)], metadata()
                )
            except ConcurrencyConflict as conflict:
                assert conflict.found > version, "nobody loses to nobody"
                version = conflict.found
            else:
                won.append(version + 1)
                return

    await asyncio.gather(*(race() for _ in range(RACERS)))
    assert sorted(won) == list(range(1, RACERS + 1))
    assert [one.version for one in await log.read_stream(stream)] == sorted(won)
    assert [one.position for one in await log.read(START, RACERS + 1)] == sorted(won)


async def test_events_that_do_not_follow_are_our_mistake(log: Log, stream: UUID) -> None:
    for wrong in (events(stream, 1, after=1), events(uuid4(), 1)):
        with pytest.raises(AssertionError):
            await log.append(stream, EMPTY, wrong, metadata())
    assert await log.head() == 0
