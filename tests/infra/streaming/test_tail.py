"""The tail brings events from NATS, and from the log what NATS did not bring."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import nats
import pytest

from domain.values import GlobalPosition
from infra.nats.envelope import seal
from infra.postgres.rows import LogRow
from infra.projecting.feed import LogFeed
from infra.streaming.tail import Tail

pytestmark = pytest.mark.servers


def row(position: int) -> LogRow:
    """An event nobody decodes."""
    return LogRow(position, UUID(int=1), position, "x.y.v1", b"", b"", datetime.now(UTC))


class Rows:
    """The log as a list, that counts how often it is read."""

    def __init__(self) -> None:
        self.rows: list[LogRow] = []
        self.reads = 0

    def grow(self, count: int = 1) -> LogRow:
        """Append, and the last one."""
        for _ in range(count):
            self.rows.append(row(len(self.rows) + 1))
        return self.rows[-1]

    async def read_rows(self, after: int, limit: int) -> Sequence[LogRow]:
        """The next ones."""
        self.reads += 1
        return self.rows[after : after + limit]

    async def head(self) -> GlobalPosition:
        """The last position."""
        return GlobalPosition(len(self.rows))


@asynccontextmanager
async def following(nats_url: str, rows: Rows, subject: str) -> AsyncIterator[Tail]:
    """A tail that has subscribed."""
    async with Tail.following(nats_url, LogFeed(rows), subject) as tail:
        while tail.client is None:
            await asyncio.sleep(0.01)
        await tail.client.flush()
        yield tail


async def heard(tail: Tail, after: int, upto: int) -> list[int]:
    """Positions above ``after``, once ``upto`` is among them."""
    found: list[int] = []
    async with asyncio.timeout(10):
        while not found or found[-1] < upto:
            start = GlobalPosition(found[-1] if found else after)
            found += [one.position for one in await tail.feed.above(start, 100, 1.0)]
    return found


async def test_events_come_as_they_are_published(nats_url: str) -> None:
    rows, subject = Rows(), f"tail.{uuid4().hex}"
    client = await nats.connect(nats_url)
    try:
        async with following(nats_url, rows, subject) as tail:
            for _ in range(50):
                await client.publish(subject, seal(rows.grow()))
            assert await heard(tail, 0, 50) == list(range(1, 51))
    finally:
        await client.close()


async def test_what_was_not_published_is_read_from_the_log(nats_url: str) -> None:
    rows, subject = Rows(), f"tail.{uuid4().hex}"
    client = await nats.connect(nats_url)
    try:
        async with following(nats_url, rows, subject) as tail:
            await client.publish(subject, b"not an event")
            await client.publish(subject, seal(rows.grow(20)))
            await client.publish(subject, seal(row(3)))  # a repeat
            assert await heard(tail, 0, 20) == list(range(1, 21))
    finally:
        await client.close()


async def test_without_nats_the_log_itself_is_looked_at() -> None:
    rows = Rows()
    async with Tail.following("nats://127.0.0.1:1", LogFeed(rows)) as tail:
        await asyncio.sleep(0)
        rows.grow(5)
        assert await heard(tail, 0, 5) == list(range(1, 6))
