"""The stream EVENTS: its settings, and how far it holds the log."""

from typing import Final

from nats.aio.client import Client
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from infra.nats.envelope import SUBJECTS, unseal
from infra.postgres.rows import LogRow

STREAM: Final = "EVENTS"
MESSAGES_MAX: Final = 100_000
"""How many events the fast path keeps. Whoever is further behind reads pages from Postgres,
which is faster than a consumer anyway."""
BYTES_MAX: Final = 512 * 1024 * 1024
"""Bounds the disk when events are far larger than usual (they average about 1 KiB)."""
DUPLICATE_WINDOW_SECONDS: Final = 120
"""Longer than a relay takes to come back; later repeats are dropped by position anyway."""


def configuration(stream: str) -> StreamConfig:
    """A full stream drops its oldest: the log has them all, so publishing must never stop."""
    return StreamConfig(
        name=stream,
        subjects=[SUBJECTS],
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.OLD,
        storage=StorageType.FILE,
        max_msgs=MESSAGES_MAX,
        max_bytes=BYTES_MAX,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        allow_direct=True,
    )


class EventStream:
    """Manages the stream; the relay alone publishes into it."""

    def __init__(self, client: Client, stream: str = STREAM) -> None:
        self._jetstream = client.jetstream()
        self._stream = stream

    async def ensure(self) -> None:
        """Create the stream, or bring its settings to today's."""
        try:
            await self._jetstream.update_stream(configuration(self._stream))
        except NotFoundError:
            await self._jetstream.add_stream(configuration(self._stream))

    async def last_row(self) -> LogRow | None:
        """The newest event the stream holds, or None when it is empty."""
        info = await self._jetstream.stream_info(self._stream)
        if info.state.messages == 0:
            return None
        try:
            message = await self._jetstream.get_msg(self._stream, seq=info.state.last_seq)
        except NotFoundError:  # the last message was deleted on its own
            return None
        return unseal(message.data or b"")

    async def empty(self) -> None:
        """Start from nothing. Purging is not enough: the server would still know the message
        ids, answer a republished event as a duplicate, and keep nothing."""
        await self._jetstream.delete_stream(self._stream)
        await self.ensure()
