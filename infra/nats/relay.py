"""Publishes the log, in order, to JetStream: the log is the outbox, there is no other."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import structlog
from nats.aio.client import Client

from infra import metrics
from infra.nats.ack_inbox import AckInbox, Message
from infra.nats.envelope import seal, subject
from infra.nats.event_stream import MESSAGES_MAX, EventStream
from infra.nats.relay_checkpoint import RelayCheckpoint
from infra.postgres.rows import LogRow
from infra.projecting.pages import Rows
from projections.pause import happened

BATCH_MAX: Final = 1_000
"""In flight at once; more gains nothing and makes a failed batch dearer."""
POLL_SECONDS: Final = 1.0
"""A lost notification delays an event by this much at most."""
SAVE_SECONDS: Final = 0.25
"""How old the checkpoint is at most: a new leader publishes that much again, and the stream,
or else the readers, drop it."""
HEADER_BYTES_MAX: Final = 256
"""Counts towards the server's message size; ours name one position."""
CHECK_SECONDS: Final = 5.0
"""How often the stream is looked at: bounds how long a lost tail stays unnoticed."""

logger = structlog.get_logger(__name__)


class StreamBehind(Exception):
    """The stream lost what was acknowledged before: it has to be refilled."""


class Relay:
    """One leader's work over one NATS connection. NATS's errors reach the caller, who tries
    again with a fresh start: read the checkpoint, look at the stream, go on."""

    def __init__(
        self,
        log: Rows,
        checkpoint: RelayCheckpoint,
        client: Client,
        stream: EventStream,
        appended: asyncio.Event,
    ) -> None:
        self._log = log
        self._checkpoint = checkpoint
        self._client = client
        self._stream = stream
        self._appended = appended

    async def run(self, inbox: AckInbox, stop: asyncio.Event) -> None:
        """Publish until ``stop`` is set."""
        await self._stream.ensure()
        while not stop.is_set():
            position = await self._start()
            try:
                await self._follow(inbox, position, stop)
            except StreamBehind as behind:
                logger.warning("refilling the stream", why=str(behind))

    async def _start(self) -> int:
        """Where to go on. A stream that is behind the checkpoint, or holds another log's
        events, is emptied and gets the newest ``MESSAGES_MAX`` events."""
        position = await self._checkpoint.open()
        head = await self._log.head()
        if not await self._holds(position):
            await self._stream.empty()
            position = 0
        return max(position, head - MESSAGES_MAX)

    async def _holds(self, position: int) -> bool:
        """Whether the newest message is our own log's, at ``position`` or after."""
        last = await self._stream.last_row()
        if last is None:
            return position == 0
        ours = await self._log.read_rows(last.position - 1, 1)
        return last.position >= position and bool(ours) and ours[0] == last

    async def _follow(self, inbox: AckInbox, position: int, stop: asyncio.Event) -> None:
        checked = saved = time.monotonic()
        ahead: Sequence[LogRow] = ()
        while not stop.is_set():
            self._appended.clear()
            rows = ahead or await self._log.read_rows(position, BATCH_MAX)
            ahead = ()
            if rows:
                ahead = await self._publish_and_read_on(inbox, rows)
                position = rows[-1].position
            now = time.monotonic()
            if now - saved > SAVE_SECONDS:
                await self._checkpoint.move(position)
                saved = now
            if now - checked > CHECK_SECONDS:
                await self._check(position)
                checked = now
            if len(rows) < BATCH_MAX:
                await happened(self._appended, POLL_SECONDS if not rows else SAVE_SECONDS)
        await self._checkpoint.move(position)

    async def _publish_and_read_on(
        self, inbox: AckInbox, rows: Sequence[LogRow]
    ) -> Sequence[LogRow]:
        """While a full batch is under way, read the next one."""
        if len(rows) < BATCH_MAX:
            await self._publish(inbox, rows)
            return ()
        reading = asyncio.create_task(self._log.read_rows(rows[-1].position, BATCH_MAX))
        try:
            await self._publish(inbox, rows)
        finally:
            ahead = await reading
        return ahead

    async def _publish(self, inbox: AckInbox, rows: Sequence[LogRow]) -> None:
        messages = []
        for row in rows:
            payload = seal(row)
            if len(payload) < self._client.max_payload - HEADER_BYTES_MAX:
                messages.append(Message(subject(row.type), payload, str(row.position)))
            else:  # readers see the gap and read it from the log
                logger.warning("too large to publish", position=row.position, bytes=len(payload))
        if messages:
            await inbox.publish(messages)
        metrics.RELAYED.inc(len(rows))
        metrics.RELAY_POSITION.set(rows[-1].position)

    async def _check(self, position: int) -> None:
        if not await self._holds(position):
            raise StreamBehind(f"it does not reach position {position} any more")
