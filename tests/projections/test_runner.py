"""A runner goes along the log in order, through outages and past poison."""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

import pytest
from msgspec import structs

from domain.aggregate import DomainEvent
from domain.recorded import RecordedEvent
from domain.trade import Trade
from domain.values import GlobalPosition
from projections import applying
from projections.applying import PARKED_IN_A_ROW_MAX, TRIES_MAX
from projections.entry import Entry
from projections.pause import Pause
from projections.ports import StoreUnavailable
from projections.runner import BATCH_MAX, Runner
from tests.projections.chronicle import Chronicle, at, sol, trade, transaction, units
from tests.projections.list_feed import ListFeed, MemoryParking, Notes


class Seen:
    """A projection that remembers positions; ``trouble`` may raise before it takes one."""

    name: ClassVar[str] = "seen-v1"
    handles: ClassVar[tuple[type[DomainEvent], ...]] = (Trade.Recorded,)

    def __init__(self, trouble: Callable[[int], None] = lambda position: None) -> None:
        self.positions: list[int] = []
        self.batches = 0
        self.at = GlobalPosition(0)
        self.resets = 0
        self._trouble = trouble

    async def checkpoint(self) -> GlobalPosition:
        return self.at

    async def project(
        self, events: Sequence[RecordedEvent], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        for recorded in events:
            self._trouble(recorded.position)
        if after == self.at:
            self.positions += [recorded.position for recorded in events]
            self.at = upto
            self.batches += 1
        return self.at

    async def reset(self) -> None:
        self.positions, self.at = [], GlobalPosition(0)
        self.resets += 1


class Running:
    """A runner over a chronicle, with all it touches."""

    def __init__(self, seen: Seen, chronicle: Chronicle, *, outages: int = 0) -> None:
        self.seen = seen
        self.feed = ListFeed(chronicle.recorded, outages=outages)
        self.parking = MemoryParking()
        self.notes = Notes()
        pause = Pause(0.001, 0.001)
        self.runner = Runner(seen, self.feed, self.parking, self.notes, pause=pause)

    async def until(self, done: Callable[[], bool]) -> None:
        """Run until something holds."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.runner.run(stop))
        async with asyncio.timeout(20):
            while not done():
                await asyncio.sleep(0.001)
        stop.set()
        await task

    async def to_the_head(self) -> None:
        """Run until the view has everything."""
        await self.until(lambda: self.seen.at == len(self.feed.recorded))


def trades(count: int) -> Chronicle:
    return Chronicle().add(*(trade(at(nth), sol(1), units(1)) for nth in range(count)))


async def test_everything_is_applied_once_and_in_order() -> None:
    running = Running(Seen(), trades(3 * BATCH_MAX + 7))
    await running.to_the_head()
    assert running.seen.positions == list(range(1, 3 * BATCH_MAX + 8))
    assert running.notes.events == 3 * BATCH_MAX + 7


async def test_what_a_view_does_not_handle_moves_its_checkpoint_once_for_many() -> None:
    running = Running(Seen(), Chronicle().add(*(transaction(at(nth)) for nth in range(50))))
    await running.to_the_head()
    assert (running.seen.positions, running.seen.batches) == ([], 1)


async def test_undecodable_events_of_others_are_never_decoded() -> None:
    chronicle = Chronicle().add(transaction(at(1)), trade(at(2), sol(1), units(1)))

    def refuse() -> RecordedEvent:
        raise AssertionError("decoded for nobody")

    class Feed(ListFeed):
        async def above(
            self, after: GlobalPosition, limit: int, wait_seconds: float
        ) -> Sequence[Entry]:
            found = await super().above(after, limit, wait_seconds)
            return [
                Entry(one.position, one.type, refuse) if one.type.startswith("transaction") else one
                for one in found
            ]

    running = Running(Seen(), chronicle)
    running.runner = Runner(running.seen, Feed(chronicle.recorded), running.parking, running.notes)
    await running.to_the_head()
    assert running.seen.positions == [2]


async def test_poison_is_parked_and_the_rest_goes_on() -> None:
    tries: list[int] = []

    def trouble(position: int) -> None:
        if position == 3:
            tries.append(position)
            raise ValueError("cannot be folded")

    running = Running(Seen(trouble), trades(6))
    await running.to_the_head()
    assert running.seen.positions == [1, 2, 4, 5, 6]
    assert running.parking.parked == {3: "ValueError('cannot be folded')"}
    assert running.notes.parked_at == [3]
    assert len(tries) == TRIES_MAX + 1  # once in the batch, then alone


async def test_when_everything_fails_it_is_not_the_events_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(applying, "TRY_PAUSES_SECONDS", (0.0,) * (TRIES_MAX - 1))
    repaired = False

    def trouble(position: int) -> None:
        if position > 2 and not repaired:
            raise ValueError("the store holds something else")

    running = Running(Seen(trouble), trades(PARKED_IN_A_ROW_MAX + 9))
    await running.until(lambda: bool(running.notes.waits))
    assert "in a row" in str(running.notes.waits[0])
    assert len(running.parking.parked) == PARKED_IN_A_ROW_MAX
    repaired = True
    await running.to_the_head()
    assert running.seen.positions[-1] == PARKED_IN_A_ROW_MAX + 9


async def test_an_event_that_fails_only_at_first_is_applied() -> None:
    failures = [3, 3]

    def trouble(position: int) -> None:
        if position in failures:
            failures.remove(position)
            raise ValueError("not yet")

    running = Running(Seen(trouble), trades(5))
    await running.to_the_head()
    assert running.seen.positions == [1, 2, 3, 4, 5]
    assert not running.parking.parked


async def test_an_outage_of_the_store_is_waited_out_and_parks_nothing() -> None:
    failures = [2] * (TRIES_MAX + 2)

    def trouble(position: int) -> None:
        if position in failures:
            failures.remove(position)
            raise StoreUnavailable("redis is away")

    running = Running(Seen(trouble), trades(4))
    await running.to_the_head()
    assert running.seen.positions == [1, 2, 3, 4]
    assert not running.parking.parked
    assert len(running.notes.waits) == TRIES_MAX + 2


async def test_an_outage_of_the_log_is_waited_out() -> None:
    running = Running(Seen(), trades(4), outages=2)
    await running.to_the_head()
    assert running.seen.positions == [1, 2, 3, 4]


async def test_a_view_that_was_lost_is_built_again() -> None:
    running = Running(Seen(), trades(4))
    await running.to_the_head()
    running.seen.positions, running.seen.at = [], GlobalPosition(0)
    await running.to_the_head()
    assert running.seen.positions == [1, 2, 3, 4]


async def test_a_view_that_goes_back_while_running_is_taken_up_from_there() -> None:
    seen = Seen()
    running = Running(seen, trades(4))
    await running.to_the_head()
    seen.positions, seen.at = [1, 2], GlobalPosition(2)
    await running.until(lambda: seen.at == 4)
    assert seen.positions == [1, 2, 3, 4]


async def test_a_view_ahead_of_the_log_belongs_to_another_log() -> None:
    seen = Seen()
    seen.at = GlobalPosition(99)
    running = Running(seen, trades(4))
    await running.to_the_head()
    assert (seen.positions, seen.resets) == ([1, 2, 3, 4], 1)


async def test_a_type_of_a_newer_program_is_waited_for_not_skipped() -> None:
    chronicle = trades(3)
    newer = structs.replace(chronicle.recorded[2], type="trade.split.v1")
    chronicle.recorded[2] = newer
    running = Running(Seen(), chronicle)
    await running.until(lambda: bool(running.notes.waits))
    assert running.seen.positions == [1, 2]
    assert "newer version" in str(running.notes.waits[0])


async def test_advancing_stops_exactly_where_it_is_told() -> None:
    running = Running(Seen(), trades(9))
    await running.runner.advance(GlobalPosition(5))
    assert (running.seen.positions, running.seen.at) == ([1, 2, 3, 4, 5], 5)


async def test_advancing_beyond_the_log_is_refused() -> None:
    with pytest.raises(StoreUnavailable, match="ends at 9"):
        await Running(Seen(), trades(9)).runner.advance(GlobalPosition(10))
