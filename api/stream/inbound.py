"""What a client says, text by text, and not too much of it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from api.stream import protocol
from api.stream.ending import Ending
from api.stream.outbox import Outbox

SAID_MAX: Final = 100
"""Messages a client may send in ``SAID_SECONDS``; following a thousand channels takes ten."""
SAID_SECONDS: Final = 60.0

Receive = Callable[[], Awaitable[Any]]


class Inbound:
    """The receiving half of a connection."""

    def __init__(self, receive: Receive, outbox: Outbox, clock: Callable[[], float]) -> None:
        self._receive = receive
        self._outbox = outbox
        self._clock = clock
        self._since, self._count = 0.0, 0

    async def text(self) -> str | None:
        """The next message, None when the client left; raises Ending when it says too much."""
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return None
            self._note()
            text = message.get("text")
            if text is not None:
                return str(text)
            self._outbox.say(protocol.error("INVALID_MESSAGE", "messages are text, not binary"))

    def _note(self) -> None:
        now = self._clock()
        if now - self._since > SAID_SECONDS:
            self._since, self._count = now, 0
        self._count += 1
        if self._count > SAID_MAX:
            rule = f"at most {SAID_MAX} messages in {SAID_SECONDS:g} s"
            raise Ending(protocol.CLOSE_PROTOCOL, "RATE_LIMIT_EXCEEDED", rule)
