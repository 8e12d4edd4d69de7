"""Fills a feed from NATS as events are published, and from the log where NATS left a gap.

A plain subscription: nothing is acknowledged or kept for us, because whatever it does not
bring is read from the log, by position.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from infra.nats.connection import connected
from infra.nats.envelope import SUBJECTS, unseal
from infra.projecting.feed import LogFeed
from projections.ports import StoreUnavailable

PENDING_MESSAGES_MAX: Final = 20_000
"""What may wait for us in memory; what is dropped above it is read from the log."""
PENDING_BYTES_MAX: Final = 64 * 1024 * 1024
logger = structlog.get_logger(__name__)


class Tail:
    """A feed that is being filled."""

    def __init__(self, feed: LogFeed) -> None:
        self.feed = feed
        self.client: Client | None = None

    @classmethod
    @asynccontextmanager
    async def following(
        cls, nats_url: str, feed: LogFeed, subjects: str = SUBJECTS
    ) -> AsyncIterator[Self]:
        """Fill the feed for the length of the block."""
        tail, stop = cls(feed), asyncio.Event()
        tasks = [
            asyncio.create_task(tail._subscribe(nats_url, subjects, stop), name="tail from nats"),
            asyncio.create_task(feed.poll(stop), name="tail from the log"),
        ]
        try:
            yield tail
        finally:
            stop.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _subscribe(self, nats_url: str, subjects: str, stop: asyncio.Event) -> None:
        async with connected(nats_url, "api", stop) as client:
            if client is None:
                return
            self.client = client
            await client.subscribe(
                subjects,
                cb=self._take,
                pending_msgs_limit=PENDING_MESSAGES_MAX,
                pending_bytes_limit=PENDING_BYTES_MAX,
            )
            await stop.wait()

    async def _take(self, message: Msg) -> None:
        try:
            await self.feed.offer(unseal(message.data))
        except msgspec.DecodeError as error:
            logger.warning("not an event", subject=message.subject, error=str(error))
        except StoreUnavailable as error:  # the poll reads it when the log is back
            logger.warning("log is away", error=str(error))
