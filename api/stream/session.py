"""One client's connection, from its credential to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from api.auth import CREDENTIAL_CHARACTERS_MAX, require
from api.ports import (
    Authenticator,
    Forbidden,
    Identity,
    Malformed,
    Refused,
    Unauthenticated,
)
from api.stream import protocol
from api.stream.channels import known_channel
from api.stream.hub import Hub
from api.stream.outbox import Outbox
from api.stream.protocol import Auth, Ping, Subscribe, Unsubscribe
from api.stream.replay import replay
from domain.errors import InvalidAddress
from projections.ports import LogReader, StoreUnavailable

AUTH_SECONDS_MAX: Final = 5.0
SEND_SECONDS_MAX: Final = 5.0
"""A send that takes longer waits for a client that does not read."""
CLOSE_SECONDS_MAX: Final = 1.0
SAID_MAX: Final = 100
"""Messages a client may send in ``SAID_SECONDS``; following a thousand channels takes ten."""
SAID_SECONDS: Final = 60.0

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Ended(NamedTuple):
    """Why we end a connection; the client is told."""

    close_code: int
    code: protocol.Code
    message: str


class Session:
    """A Listener of the hub."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        abort: Callable[[], None] | None,
        hub: Hub,
        reader: LogReader,
        authenticator: Authenticator,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._receive, self._send, self._abort = receive, send, abort
        self._hub, self._reader, self._authenticator = hub, reader, authenticator
        self._clock = loop.time
        self._identity: Identity | None = None
        self._token = ""
        self._channels: set[str] = set()
        self._ended: asyncio.Future[Ended] = loop.create_future()
        self._rechecking: asyncio.Task[None] | None = None
        self._said_since, self._said = 0.0, 0
        self.outbox: Final = Outbox(loop.time)

    @property
    def account_id(self) -> UUID | None:
        """Whose it is, None before the credential."""
        return None if self._identity is None else self._identity.account_id

    def offer(self, position: int, text: str) -> None:
        """Take a message without waiting."""
        self.outbox.offer(position, text)

    def look(self) -> None:
        """End the connection when its credential's time is over, or it stays slow."""
        since = self.outbox.sending_since
        if since is not None and self._clock() - since > SEND_SECONDS_MAX:
            self._end(protocol.CLOSE_SLOW, "TOO_SLOW", "you do not read what is sent")
            if self._abort is not None:
                self._abort()  # closing politely would wait for the same reader
        elif self.outbox.stays_slow():
            message = "too slow for these channels; resume from the last position, or ask for less"
            self._end(protocol.CLOSE_SLOW, "TOO_SLOW", message)
        identity = self._identity
        if identity is not None and _is_over(identity):
            self._end(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", "the credential has expired")

    def recheck(self) -> None:
        """Make sure that the credential is still good; the account changed."""
        self._rechecking = asyncio.create_task(self._recheck())

    async def run(self) -> None:
        """Serve the client until it leaves or has to."""
        self._hub.add(self)
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
        over: set[asyncio.Future[Any]] = {*tasks, self._ended}
        try:
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.remove(self)
            self._hub.unsubscribe(self, self._channels)
            for task in (*tasks, *filter(None, [self._rechecking])):
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, OSError):
                raise outcome  # a mistake of ours; a client that left is an OSError
        if self._ended.done():
            await self._close(self._ended.result())

    async def _read(self) -> None:
        self._identity = await self._identified()
        if self._identity is None:
            return
        self.outbox.say(protocol.ready(self._identity.account_id))
        while (text := await self._said_text()) is not None:
            await self._heed(text)

    async def _write(self) -> None:
        while True:
            text = await self.outbox.next()
            self.outbox.sending_since = self._clock()
            await self._send({"type": "websocket.send", "text": text})
            self.outbox.sending_since = None

    async def _identified(self) -> Identity | None:
        try:
            async with asyncio.timeout(AUTH_SECONDS_MAX):
                text = await self._said_text()
            if text is None:
                return None
            token = _token(text)
            identity = await self._authenticator.authenticate(token)
            require(identity, "read")
        except TimeoutError:
            message = f"no auth within {AUTH_SECONDS_MAX:g} s"
            self._end(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", message)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            message = 'the first message must be {"type":"auth","token":…}'
            self._end(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", message)
        except Forbidden as error:
            self._end(protocol.CLOSE_PROTOCOL, "INSUFFICIENT_SCOPE", str(error))
        except Unauthenticated as error:
            self._end(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", str(error))
        except (Refused, StoreUnavailable) as error:
            self._end(protocol.CLOSE_SLOW, "SERVICE_UNAVAILABLE", str(error))
        else:
            self._token = token
            return identity
        return None

    async def _said_text(self) -> str | None:
        """The client's next message, None when it left; too many end the connection."""
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return None
            now = self._clock()
            if now - self._said_since > SAID_SECONDS:
                self._said_since, self._said = now, 0
            self._said += 1
            if self._said > SAID_MAX:
                rule = f"at most {SAID_MAX} messages in {SAID_SECONDS:g} s"
                self._end(protocol.CLOSE_PROTOCOL, "RATE_LIMIT_EXCEEDED", rule)
                return None
            text = message.get("text")
            if text is not None:
                return str(text)
            self.outbox.say(protocol.error("INVALID_MESSAGE", "messages are text, not binary"))

    async def _heed(self, text: str) -> None:
        try:
            match protocol.decode_said(text):
                case Subscribe(channels=names, position=start):
                    await self._subscribe(names, start)
                case Unsubscribe(channels=names):
                    channels = [known_channel(name) for name in names]
                    self._hub.unsubscribe(self, channels)
                    self._channels.difference_update(channels)
                    self.outbox.say(protocol.unsubscribed(channels))
                case Ping():
                    self.outbox.say(protocol.pong(self._hub.position))
                case Auth():
                    self.outbox.say(protocol.error("INVALID_MESSAGE", "you are known already"))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            self.outbox.say(protocol.error("INVALID_MESSAGE", str(error)))
        except (Malformed, InvalidAddress) as error:
            self.outbox.say(protocol.error("INVALID_VALUE", str(error)))
        except StoreUnavailable:
            message = "the log is away; subscribe again soon"
            self.outbox.say(protocol.error("SERVICE_UNAVAILABLE", message))

    async def _subscribe(self, names: list[str], start: int | None) -> None:
        channels = list(dict.fromkeys(known_channel(name) for name in names))
        if len(self._channels.union(channels)) > protocol.CHANNELS_MAX:
            raise Malformed("channels", f"at most {protocol.CHANNELS_MAX} at once")
        await self._hub.started()
        if start is None:
            for channel in channels:
                self._hub.subscribe(self, channel, self._hub.position)
            self._channels.update(channels)
            self.outbox.say(protocol.subscribed(channels, self._hub.position))
            return
        if not 0 <= start <= await self._reader.head():
            raise Malformed(
                "from", f"must be a position of the log, which ends at {self._hub.position}"
            )
        self._hub.unsubscribe(self, channels)  # what is live already must not come twice
        self._channels.update(channels)
        await replay(self, channels, start, self._hub, self._reader)

    async def _recheck(self) -> None:
        try:
            self._identity = await self._authenticator.authenticate(self._token)
        except Unauthenticated as error:
            self._end(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", str(error))
        except (Refused, StoreUnavailable):
            pass  # the next change, or its expiry, looks again

    def _end(self, close_code: int, code: protocol.Code, message: str) -> None:
        if not self._ended.done():
            self._ended.set_result(Ended(close_code, code, message))

    async def _close(self, ended: Ended) -> None:
        """Say why, if the client still reads."""
        farewell = protocol.error(ended.code, ended.message)
        try:
            async with asyncio.timeout(CLOSE_SECONDS_MAX):
                await self._send({"type": "websocket.send", "text": farewell})
                await self._send({"type": "websocket.close", "code": ended.close_code})
        except (OSError, TimeoutError):
            if self._abort is not None:
                self._abort()


def _token(text: str) -> str:
    """The credential of the first message; raises Unauthenticated."""
    said = protocol.decode_said(text)
    if not isinstance(said, Auth) or len(said.token) > CREDENTIAL_CHARACTERS_MAX:
        raise Unauthenticated("the first message must be auth, with a token of ours")
    return said.token


def _is_over(identity: Identity) -> bool:
    return identity.expires_at is not None and identity.expires_at <= datetime.now(UTC)
