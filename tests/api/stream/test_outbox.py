"""A slow client loses messages, is told which, and goes on; a very slow one is ended."""

import json
from typing import Any

from api.stream.outbox import BYTES_MAX, GAPS_MAX, GAPS_SECONDS, MESSAGES_MAX, Outbox


class Clock:
    """The test's time."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def drained(outbox: Outbox, count: int) -> list[Any]:
    """The next texts."""
    return [json.loads(await outbox.next()) for _ in range(count)]


def fill(outbox: Outbox, first: int, count: int) -> None:
    """Offer messages that are their positions."""
    for position in range(first, first + count):
        outbox.offer(position, str(position))


async def test_what_fits_comes_in_order() -> None:
    outbox = Outbox(Clock())
    fill(outbox, 1, MESSAGES_MAX)
    assert await drained(outbox, MESSAGES_MAX) == list(range(1, MESSAGES_MAX + 1))


async def test_what_does_not_fit_is_a_gap_told_in_its_place() -> None:
    outbox = Outbox(Clock())
    fill(outbox, 1, MESSAGES_MAX + 3)
    await drained(outbox, 10)
    fill(outbox, MESSAGES_MAX + 4, 1)  # there is room, but the gap comes first
    rest = await drained(outbox, MESSAGES_MAX - 10 + 1)
    gap = {"type": "gap", "from": MESSAGES_MAX + 1, "to": MESSAGES_MAX + 4, "missed": 4}
    assert rest[-2:] == [MESSAGES_MAX, gap]
    fill(outbox, MESSAGES_MAX + 5, 1)
    assert await drained(outbox, 1) == [MESSAGES_MAX + 5]


async def test_bytes_are_bounded_too() -> None:
    outbox = Outbox(Clock())
    for position in range(3):
        outbox.offer(position, '"' + "x" * (BYTES_MAX // 2) + '"')
    assert (await drained(outbox, 3))[-1]["type"] == "gap"


def test_a_gap_that_lasts_ends_the_client() -> None:
    clock = Clock()
    outbox = Outbox(clock)
    fill(outbox, 1, MESSAGES_MAX + 1)
    assert not outbox.stays_slow()
    clock.now += 11
    assert outbox.stays_slow()


async def test_gaps_again_and_again_end_the_client() -> None:
    clock = Clock()
    outbox = Outbox(clock)
    for gap in range(GAPS_MAX + 1):
        assert not outbox.stays_slow(), gap
        fill(outbox, 1, MESSAGES_MAX + 1)
        await drained(outbox, MESSAGES_MAX + 1)
    assert outbox.stays_slow()


async def test_a_gap_now_and_then_is_forgiven() -> None:
    clock = Clock()
    outbox = Outbox(clock)
    for _ in range(3 * GAPS_MAX):
        fill(outbox, 1, MESSAGES_MAX + 1)
        await drained(outbox, MESSAGES_MAX + 1)
        clock.now += GAPS_SECONDS + 1
    assert not outbox.stays_slow()
