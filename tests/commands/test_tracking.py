"""Following wallets, from command to log."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from commands.bus import CommandBus
from commands.messages import ChangeTracking, Command, TrackWallet, UntrackWallet
from domain.account import Account
from domain.errors import NotAllowed, NotFound, NotPositive, StaleVersion
from domain.values import Lamports, StreamVersion, WalletAddress
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from tests.support.memory_log import MemoryLog

WALLET = WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")
ONE_SOL = AlertPreferences(Lamports(1_000_000_000))
TWO_SOL = AlertPreferences(Lamports(2_000_000_000))


def asked_by(kind: Callable[..., Command], subscriber: UUID, **parts: Any) -> Command:
    return kind(
        message_id=uuid4(),
        correlation_id=uuid4(),
        actor=f"user:{subscriber}",
        subscriber_id=subscriber,
        **parts,
    )


track = partial(asked_by, TrackWallet, wallet=WALLET, preferences=ONE_SOL)


def change(subscriber: UUID, **parts: Any) -> Command:
    return asked_by(ChangeTracking, subscriber, tracking_id=tracking(subscriber), **parts)


def untrack(subscriber: UUID) -> Command:
    return asked_by(UntrackWallet, subscriber, tracking_id=tracking(subscriber))


def tracking(subscriber: UUID) -> UUID:
    return WalletSubscription.create_id(subscriber, WALLET)


def types(log: MemoryLog) -> list[type]:
    return [type(recorded.event) for recorded in log.recorded]


async def test_a_wallet_is_tracked(bus: CommandBus, log: MemoryLog, subscriber: UUID) -> None:
    assert await bus.send(track(subscriber)) == 1
    (recorded,) = log.recorded
    match recorded.event:
        case WalletSubscription.Opened(subscriber_id=who, wallet=wallet, preferences=preferences):
            assert (who, wallet, preferences) == (subscriber, WALLET, ONE_SOL)
        case other:
            pytest.fail(f"recorded {other}")


async def test_what_is_recorded_says_why(bus: CommandBus, log: MemoryLog, subscriber: UUID) -> None:
    command = track(subscriber)
    await bus.send(command)
    metadata = log.recorded[0].metadata
    assert metadata.causation_id == command.message_id
    assert metadata.correlation_id == command.correlation_id
    assert metadata.actor == f"user:{subscriber}"


async def test_tracking_twice_records_once(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    await bus.send(track(subscriber))
    assert await bus.send(track(subscriber, preferences=TWO_SOL)) is None
    assert types(log) == [WalletSubscription.Opened]


async def test_tracking_after_untracking_opens_again(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    await bus.send(track(subscriber))
    assert await bus.send(untrack(subscriber)) == 2
    assert await bus.send(untrack(subscriber)) is None
    assert await bus.send(track(subscriber, preferences=TWO_SOL)) == 3
    assert types(log)[1:] == [WalletSubscription.Closed, WalletSubscription.Reopened]


async def test_two_subscribers_of_one_wallet_do_not_meet(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    another = uuid4()
    await bus.send(track(subscriber))
    await bus.send(track(another))
    await bus.send(untrack(another))
    assert await bus.send(change(subscriber, paused=True)) == 4
    assert [recorded.version for recorded in log.recorded] == [1, 1, 2, 2]


async def test_one_change_may_say_two_things(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    await bus.send(track(subscriber))
    assert await bus.send(change(subscriber, preferences=TWO_SOL, paused=True)) == 3
    assert types(log)[1:] == [WalletSubscription.PreferencesChanged, WalletSubscription.Paused]
    first, second = log.recorded[1:]
    assert first.metadata == second.metadata


async def test_a_change_that_is_half_refused_records_nothing(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    await bus.send(track(subscriber))
    with pytest.raises(NotPositive):
        await bus.send(change(subscriber, preferences=AlertPreferences(Lamports(0)), paused=True))
    assert types(log) == [WalletSubscription.Opened]


async def test_pausing_and_resuming(bus: CommandBus, log: MemoryLog, subscriber: UUID) -> None:
    await bus.send(track(subscriber))
    await bus.send(change(subscriber, paused=True))
    assert await bus.send(change(subscriber, paused=True)) is None
    await bus.send(change(subscriber, paused=False))
    assert types(log)[1:] == [WalletSubscription.Paused, WalletSubscription.Resumed]


async def test_a_change_of_nothing_records_nothing(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    await bus.send(track(subscriber))
    assert await bus.send(change(subscriber)) is None


async def test_a_stale_version_is_refused_and_the_present_one_told(
    bus: CommandBus, subscriber: UUID
) -> None:
    await bus.send(track(subscriber))
    await bus.send(change(subscriber, paused=True, expected_version=1))
    with pytest.raises(StaleVersion) as refused:
        await bus.send(change(subscriber, paused=False, expected_version=1))
    assert (refused.value.named, refused.value.present) == (1, 2)


async def test_somebody_elses_tracking_is_as_unknown_as_none(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    stranger, nothing = uuid4(), uuid4()
    await bus.send(track(subscriber))
    answers = []
    for tracking_id in (tracking(subscriber), nothing):
        for kind in (ChangeTracking, UntrackWallet):
            with pytest.raises(NotFound) as refused:
                await bus.send(asked_by(kind, stranger, tracking_id=tracking_id))
            answers.append(str(refused.value).replace(str(tracking_id), "…"))
    assert len(set(answers)) == 1
    assert len(log.recorded) == 1


async def test_a_closed_tracking_takes_no_changes(bus: CommandBus, subscriber: UUID) -> None:
    await bus.send(track(subscriber))
    await bus.send(untrack(subscriber))
    with pytest.raises(NotAllowed, match="closed"):
        await bus.send(change(subscriber, paused=True))


async def test_the_stream_of_another_kind_is_no_tracking(
    bus: CommandBus, log: MemoryLog, subscriber: UUID
) -> None:
    account = Account.register("index", b"mail", b"hash")
    await bus.send(track(subscriber))
    await log.append(
        account.id,
        StreamVersion(0),
        account.collect_events(),  # type: ignore[arg-type]  # the library says wider
        log.recorded[0].metadata,
    )
    with pytest.raises(NotFound):
        await bus.send(asked_by(UntrackWallet, subscriber, tracking_id=account.id))
