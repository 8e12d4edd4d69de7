"""A stream client without a network: what it says, and what it is sent, are lists."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from api.stream.session import Session
from tests.api.world import World


class StreamClient:
    """One client of the world's hub. ``reading`` off is a client that reads nothing."""

    def __init__(self) -> None:
        self._says: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reading = asyncio.Event()
        self._reading.set()
        self.aborted = False

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, world: World, *, auth_seconds_max: float = 5.0
    ) -> AsyncIterator["StreamClient"]:
        """A client whose session runs for the length of the block, or until it is ended."""
        client = cls()
        session = Session(
            client._says.get,
            client._take,
            client._abort,
            world.hub,
            world.log,
            world.credentials,
            auth_seconds_max,
        )
        running = asyncio.create_task(session.run())
        try:
            yield client
        finally:
            client.reading = True
            client.leave()
            await asyncio.wait_for(running, 5)

    @classmethod
    @asynccontextmanager
    async def known(cls, world: World, token: str = "alice") -> AsyncIterator["StreamClient"]:
        """A client that has said who it is."""
        async with cls.connected(world) as client:
            client.say(type="auth", token=token)
            assert (await client.next())["type"] == "ready"
            yield client

    @property
    def reading(self) -> bool:
        """Whether it takes what is sent."""
        return self._reading.is_set()

    @reading.setter
    def reading(self, does: bool) -> None:
        self._reading.set() if does else self._reading.clear()

    def say(self, **message: Any) -> None:
        """Say something in JSON."""
        self.say_text(msgspec.json.encode(message).decode())

    def say_text(self, text: str) -> None:
        """Say something else."""
        self._says.put_nowait({"type": "websocket.receive", "text": text})

    def say_bytes(self, content: bytes) -> None:
        """Say it in binary."""
        self._says.put_nowait({"type": "websocket.receive", "bytes": content})

    def leave(self) -> None:
        """Go away."""
        self._says.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def subscribe(self, *channels: str, **more: Any) -> dict[str, Any]:
        """Subscribe, and the answer."""
        self.say(type="subscribe", channels=list(channels), **more)
        return await self.next()

    async def next(self) -> dict[str, Any]:
        """The next text as an object, or the close."""
        event = await asyncio.wait_for(self._sent.get(), 5)
        if event["type"] == "websocket.close":
            return {"type": "close", "code": event["code"]}
        answer: dict[str, Any] = msgspec.json.decode(event["text"])
        return answer

    async def until(self, kind: str) -> list[dict[str, Any]]:
        """Everything up to and with the next one of that type."""
        found = [await self.next()]
        while found[-1]["type"] != kind:
            found.append(await self.next())
        return found

    async def _take(self, event: dict[str, Any]) -> None:
        await self._reading.wait()
        if self.aborted:
            raise ConnectionResetError
        self._sent.put_nowait(event)

    def _abort(self) -> None:
        self.aborted = True
        self.reading = True
