"""Ways to publish to JetStream and know that every message is kept."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final
from uuid import uuid4

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from benchmarks.harness import Cell
from infra.nats.ack_inbox import AckInbox, Message
from infra.nats.event_stream import STREAM, configuration

IN_FLIGHT: Final = 1_000
"""As the relay's batch; the server takes no larger atomic batch either."""
WINDOW: Final = 4_000
"""For publishing that waits for nothing but the oldest acknowledgements."""
ANSWER_SECONDS_MAX: Final = 30.0

GATHERED: Final = "js.publish, 1,000 at once"
ASYNC: Final = "publish_async, 1,000 at once"
OWN_INBOX: Final = "own ack inbox, 1,000 at once"
WINDOWED: Final = "own ack inbox, window of 4,000"
ATOMIC: Final = "atomic batches of 1,000, no message ids"
SAME_SETTINGS: Final = frozenset((GATHERED, ASYNC, OWN_INBOX, WINDOWED, ATOMIC))
"""All that keeps the relay's promises: each message acknowledged, and dropped when it comes
again. (An atomic batch is all or nothing, so it needs no ids.)"""

Batch = Sequence[Message]


class Publishing:
    """Publishes prepared messages into the relay's stream, emptied before each measurement."""

    def __init__(self, client: Client, messages: Sequence[Message]) -> None:
        self._client = client
        self._jetstream = client.jetstream(timeout=30)
        self._messages = messages
        self._inbox = AckInbox()
        self._acknowledged = 0
        self._progress = asyncio.Event()
        self._reply = client.new_inbox()

    async def open(self) -> None:
        """Subscribe to the acknowledgements."""
        await self._inbox.open(self._client)
        await self._client.subscribe(f"{self._reply}.*", cb=self._on_ack)

    @property
    def ways(self) -> Mapping[str, Cell]:
        """Each way by its name."""
        ids, no_ids = (partial(self._windowed, with_ids=with_ids) for with_ids in (True, False))
        return {
            GATHERED: partial(self._in_batches, self._gather),
            ASYNC: partial(self._in_batches, self._publish_async),
            OWN_INBOX: partial(self._in_batches, self._inbox.publish),
            WINDOWED: partial(self._measured, ids),
            "own ack inbox, window of 4,000, no message ids": partial(self._measured, no_ids),
            ATOMIC: partial(self._in_batches, self._atomic, allow_atomic=True),
        }

    async def _measured(
        self, work: Callable[[], Awaitable[None]], *, allow_atomic: bool = False
    ) -> float:
        await empty_stream(self._client, allow_atomic=allow_atomic)
        started = time.perf_counter()
        await work()
        seconds = time.perf_counter() - started
        info = await self._jetstream.stream_info(STREAM)
        assert info.state.messages == len(self._messages), "all were acknowledged"
        return len(self._messages) / seconds

    async def _in_batches(
        self, publish: Callable[[Batch], Awaitable[None]], *, allow_atomic: bool = False
    ) -> float:
        async def work() -> None:
            messages = iter(self._messages)
            while batch := list(islice(messages, IN_FLIGHT)):
                await publish(batch)

        return await self._measured(work, allow_atomic=allow_atomic)

    async def _gather(self, batch: Batch) -> None:
        await asyncio.gather(
            *(self._jetstream.publish(one.subject, one.payload, headers=_id(one)) for one in batch)
        )

    async def _publish_async(self, batch: Batch) -> None:
        answers = [
            await self._jetstream.publish_async(one.subject, one.payload, headers=_id(one))
            for one in batch
        ]
        await asyncio.gather(*answers)

    async def _windowed(self, *, with_ids: bool) -> None:
        """Go on while fewer than ``WINDOW`` are unanswered; no message waits for its batch."""
        self._acknowledged = 0
        for number, one in enumerate(self._messages):
            while number - self._acknowledged >= WINDOW:
                await self._answered()
            reply = f"{self._reply}.{number}"
            headers = _id(one) if with_ids else None
            await self._client.publish(one.subject, one.payload, reply, headers)
        while self._acknowledged < len(self._messages):
            await self._answered()

    async def _answered(self) -> None:
        self._progress.clear()
        await asyncio.wait_for(self._progress.wait(), ANSWER_SECONDS_MAX)

    async def _on_ack(self, ack: Msg) -> None:
        assert b'"error"' not in ack.data, ack.data
        self._acknowledged += 1
        self._progress.set()

    async def _atomic(self, batch: Batch) -> None:
        """All of the batch or nothing; only the last message is answered."""
        name = uuid4().hex
        for number, one in enumerate(batch[:-1], 1):
            headers = {"Nats-Batch-Id": name, "Nats-Batch-Sequence": str(number)}
            await self._client.publish(one.subject, one.payload, headers=headers)
        headers = {
            "Nats-Batch-Id": name,
            "Nats-Batch-Sequence": str(len(batch)),
            "Nats-Batch-Commit": "1",
        }
        last = batch[-1]
        answer = await self._client.request(
            last.subject, last.payload, timeout=ANSWER_SECONDS_MAX, headers=headers
        )
        assert b'"error"' not in answer.data, answer.data


async def empty_stream(client: Client, *, allow_atomic: bool = False) -> None:
    """The relay's stream with nothing in it, under the relay's settings."""
    jetstream = client.jetstream()
    with contextlib.suppress(NotFoundError):
        await jetstream.delete_stream(STREAM)
    await jetstream.add_stream(configuration(STREAM).evolve(allow_atomic=allow_atomic or None))


def _id(message: Message) -> dict[str, str]:
    return {"Nats-Msg-Id": message.message_id}
