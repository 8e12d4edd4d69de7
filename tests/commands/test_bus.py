"""Deciding again when somebody else was first."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from commands import messages
from commands.bus import CONFLICT_RETRIES, CommandBus, command_bus
from commands.messages import Command, TrackWallet
from commands.ports import ConcurrencyConflict
from domain.aggregate import DomainEvent
from domain.errors import NotPositive
from domain.recorded import Metadata
from domain.values import GlobalPosition, Lamports, StreamVersion, WalletAddress
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from tests.support.memory_log import MemoryLog


class ContestedLog(MemoryLog):
    """A log where somebody else is first a given number of times."""

    def __init__(self, conflicts: int) -> None:
        super().__init__()
        self.conflicts = conflicts
        self.append_ids: list[UUID] = []

    async def append(
        self,
        stream_id: UUID,
        expected_version: StreamVersion,
        events: Sequence[DomainEvent],
        metadata: Metadata,
    ) -> GlobalPosition:
        self.append_ids.append(metadata.append_id)
        if len(self.append_ids) <= self.conflicts:
            raise ConcurrencyConflict(stream_id, expected_version, expected_version + 1)
        return await super().append(stream_id, expected_version, events, metadata)


def track(min_notional: int = 1) -> TrackWallet:
    return TrackWallet(
        message_id=uuid4(),
        correlation_id=uuid4(),
        actor="operator",
        subscriber_id=uuid4(),
        wallet=WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU"),
        preferences=AlertPreferences(Lamports(min_notional)),
    )


async def test_a_command_that_lost_a_race_decides_again() -> None:
    log = ContestedLog(conflicts=CONFLICT_RETRIES)
    assert await command_bus(log).send(track()) == 1
    assert len(log.recorded) == 1


async def test_each_decision_is_an_append_of_its_own() -> None:
    log = ContestedLog(conflicts=2)
    await command_bus(log).send(track())
    assert len(set(log.append_ids)) == 3


async def test_a_conflict_that_never_ends_reaches_the_caller() -> None:
    log = ContestedLog(conflicts=CONFLICT_RETRIES + 1)
    with pytest.raises(ConcurrencyConflict) as conflict:
        await command_bus(log).send(track())
    assert (conflict.value.expected, conflict.value.found) == (0, 1)
    assert len(log.append_ids) == CONFLICT_RETRIES + 1


async def test_a_refusal_is_not_tried_again() -> None:
    log = ContestedLog(conflicts=0)
    with pytest.raises(NotPositive):
        await command_bus(log).send(track(min_notional=0))
    assert log.append_ids == []


async def test_the_second_decision_sees_what_came_first(log: MemoryLog) -> None:
    """Two clients that track one wallet at once: one opens it, the other finds it open."""
    command = track()
    other = command_bus(log)

    class Interrupted(MemoryLog):
        async def append(
            self,
            stream_id: UUID,
            expected_version: StreamVersion,
            events: Sequence[DomainEvent],
            metadata: Metadata,
        ) -> GlobalPosition:
            await other.send(command)
            return await super().append(stream_id, expected_version, events, metadata)

    mine = Interrupted()
    mine.recorded = log.recorded
    assert await command_bus(mine).send(command) is None
    assert [type(recorded.event) for recorded in log.recorded] == [WalletSubscription.Opened]


async def test_a_command_without_a_handler_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        await CommandBus({}).send(track())


async def test_every_command_has_a_handler() -> None:
    kinds = {
        kind
        for kind in vars(messages).values()
        if isinstance(kind, type) and issubclass(kind, Command) and kind is not Command
    }
    handled = command_bus(MemoryLog())._handlers
    assert set(handled) == kinds
