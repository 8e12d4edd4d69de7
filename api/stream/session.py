"""One client's connection, from its credential to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from api.ports import Authenticator, Identity, Malformed, Refused, Unauthenticated
from api.source import LIVE
from api.stream import protocol
from api.stream.channels import known_channel
from api.stream.ending import Ended, Ending
from api.stream.greeting import AUTH_SECONDS_MAX, Greeted, greeted
from api.stream.hub import Hub
from api.stream.inbound import Inbound, Receive
from api.stream.outbox import Outbox
from api.stream.protocol import Auth, Ping, Subscribe, Unsubscribe
from api.stream.replay import replay
from domain.errors import InvalidAddress
from projections.ports import LogReader, StoreUnavailable

SEND_SECONDS_MAX: Final = 5.0
"""A send that takes longer waits for a client that does not read."""
CLOSE_SECONDS_MAX: Final = 1.0
"""How long a farewell may take."""
TOO_SLOW: Final = "too slow for these channels; resume from the last position, or ask for less"

Send = Callable[[Any], Awaitable[None]]


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
        auth_seconds_max: float = AUTH_SECONDS_MAX,
        source: str = LIVE,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._send, self._abort = send, abort
        self._hub, self._reader, self._authenticator = hub, reader, authenticator
        self._auth_seconds_max = auth_seconds_max
        self._source = source
        self._clock = loop.time
        self._greeted: Greeted | None = None
        self._channels: set[str] = set()
        self._ended: asyncio.Future[Ended] = loop.create_future()
        self._rechecking: asyncio.Task[None] | None = None
        self.outbox: Final = Outbox(loop.time)
        self._inbound = Inbound(receive, self.outbox, loop.time)

    @property
    def account_id(self) -> UUID | None:
        """Whose it is, None before the credential."""
        return None if self._greeted is None else self._greeted.identity.account_id

    def offer(self, position: int, text: str) -> None:
        """Take a message without waiting."""
        self.outbox.offer(position, text)

    def look(self) -> None:
        """End the connection when its credential's time is over, or it stays slow."""
        since = self.outbox.sending_since
        if since is not None and self._clock() - since > SEND_SECONDS_MAX:
            self._end(Ended(protocol.CLOSE_SLOW, "TOO_SLOW", TOO_SLOW))
            if self._abort is not None:
                self._abort()  # closing politely would wait for the same reader
        elif self.outbox.stays_slow():
            self._end(Ended(protocol.CLOSE_SLOW, "TOO_SLOW", TOO_SLOW))
        if self._greeted is not None and _is_over(self._greeted.identity):
            message = "the credential has expired"
            self._end(Ended(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", message))

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
        try:
            self._greeted = await greeted(
                self._inbound, self._authenticator, self._auth_seconds_max
            )
            if self._greeted is None:
                return
            self.outbox.say(protocol.ready(self._greeted.identity.account_id, self._source))
            while (text := await self._inbound.text()) is not None:
                await self._heed(text)
        except Ending as ending:
            self._end(ending.ended)

    async def _write(self) -> None:
        while True:
            text = await self.outbox.next()
            self.outbox.sending_since = self._clock()
            await self._send({"type": "websocket.send", "text": text})
            self.outbox.sending_since = None

    async def _heed(self, text: str) -> None:
        try:
            match protocol.decode_said(text):
                case Subscribe(channels=names, position=start):
                    await self._subscribe(names, start)
                case Unsubscribe(channels=names):
                    self._unsubscribe([known_channel(name) for name in names])
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
        if start is not None:
            head = await self._reader.head()
            if not 0 <= start <= head:
                raise Malformed("from", f"must be a position of the log, from 0 to {head}")
            self._hub.unsubscribe(self, channels)  # what is live already must not come twice
        self._channels.update(channels)
        if start is not None:
            await replay(self, channels, start, head, self._hub, self._reader)
            return
        position = self._hub.position
        for channel in channels:
            self._hub.subscribe(self, channel, position)
        self.outbox.say(protocol.subscribed(channels, position))

    def _unsubscribe(self, channels: list[str]) -> None:
        self._hub.unsubscribe(self, channels)
        self._channels.difference_update(channels)
        self.outbox.say(protocol.unsubscribed(channels))

    async def _recheck(self) -> None:
        assert self._greeted is not None, "the hub tells only whom it knows"
        token = self._greeted.token
        try:
            self._greeted = Greeted(await self._authenticator.authenticate(token), token)
        except Unauthenticated as error:
            self._end(Ended(protocol.CLOSE_PROTOCOL, "UNAUTHORIZED", str(error)))
        except (Refused, StoreUnavailable):
            pass  # its expiry, or the next change, looks again

    def _end(self, ended: Ended) -> None:
        if not self._ended.done():
            self._ended.set_result(ended)

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


def _is_over(identity: Identity) -> bool:
    return identity.expires_at is not None and identity.expires_at <= datetime.now(UTC)
