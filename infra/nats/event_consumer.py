"""Follows the stream EVENTS from now on, with a pull that is always open.

Nothing is acknowledged: readers know by position what they have, and what they miss they
read from the log. So the consumer is a throw-away one, made again whenever it breaks.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import uuid4

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from infra.nats.envelope import unseal
from infra.nats.event_stream import STREAM
from infra.postgres.rows import LogRow
from projections.pause import Pause, happened, waking

BATCH_MAX: Final = 500
"""Messages under way to us; half of it used up, more are asked for."""
PULL_SECONDS: Final = 30
HEARTBEAT_SECONDS: Final = 1
SILENCE_SECONDS_MAX: Final = 3.5
"""Three heartbeats missed: the consumer, or the server, is gone."""
INACTIVE_SECONDS: Final = 30
"""When the server forgets a consumer whose process died."""
FIRST_PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 2.0
_HEARTBEAT, _NO_MESSAGES, _EXPIRED = "100", "404", "408"
_NANOSECONDS: Final = 1_000_000_000

Deliver = Callable[[LogRow], Awaitable[None]]
logger = structlog.get_logger(__name__)


class EventConsumer:
    """Hands new events to ``deliver``, one at a time and in order, as long as NATS is there."""

    def __init__(self, client: Client, deliver: Deliver, stream: str = STREAM) -> None:
        self._client = client
        self._deliver = deliver
        self._stream = stream
        self._name = ""
        self._inbox = ""
        self._owed = 0
        self._heard = False
        self._over = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until ``stop`` is set; a break is answered with a new consumer."""
        pause = Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
        async with waking(stop, self._over):
            while not stop.is_set():
                try:
                    await self._follow()
                    pause.reset()
                except nats.errors.Error as error:
                    logger.info("no events from nats", error=repr(error))
                await pause.wait(stop)

    async def _follow(self) -> None:
        """Consume until the consumer is gone or we are to stop."""
        self._over.clear()
        self._name = f"feed-{uuid4().hex}"
        self._inbox = self._client.new_inbox()
        await self._client.jetstream().add_consumer(
            self._stream,
            ConsumerConfig(
                name=self._name,
                deliver_policy=DeliverPolicy.NEW,
                ack_policy=AckPolicy.NONE,
                inactive_threshold=INACTIVE_SECONDS,
                mem_storage=True,
            ),
        )
        subscription = await self._client.subscribe(self._inbox, cb=self._on_message)
        try:
            self._owed = 0
            await self._pull()
            while not await happened(self._over, SILENCE_SECONDS_MAX):
                if not self._heard:
                    logger.info("nats fell silent", consumer=self._name)
                    return
                self._heard = False
        finally:
            await subscription.unsubscribe()

    async def _on_message(self, message: Msg) -> None:
        self._heard = True
        if message.data:
            self._owed -= 1
            await self._deliver(unseal(message.data))
        else:
            self._note_status(message)
        if self._owed <= BATCH_MAX // 2 and not self._over.is_set():
            await self._pull()

    def _note_status(self, message: Msg) -> None:
        headers = message.headers or {}
        status = headers.get("Status", "")
        if status in (_NO_MESSAGES, _EXPIRED):
            self._owed -= int(headers.get("Nats-Pending-Messages", self._owed))
        elif status != _HEARTBEAT:
            logger.info("consumer ended", status=status, reason=headers.get("Description", ""))
            self._over.set()

    async def _pull(self) -> None:
        wanted = BATCH_MAX - self._owed
        request = {
            "batch": wanted,
            "expires": PULL_SECONDS * _NANOSECONDS,
            "idle_heartbeat": HEARTBEAT_SECONDS * _NANOSECONDS,
        }
        self._owed = BATCH_MAX
        await self._client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._name}",
            json.dumps(request).encode(),
            reply=self._inbox,
        )
