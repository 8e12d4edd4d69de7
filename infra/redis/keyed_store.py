"""A keyed view in Redis: one hash for each key, and one that says which build is live.

``<prefix>{<view>}`` holds ``live`` (a build's name), ``builds`` (how many there were) and
``at:<build>`` (its checkpoint); ``<prefix>{<view>}:<build>:<key>`` are the values. The braces
keep a view on one node of a cluster. A build aside is written like the live one and takes
over by a change of name.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import chain
from typing import Final, Self

import msgspec
from redis.asyncio import Redis

from domain.values import GlobalPosition
from infra.redis.connection import outages
from infra.redis.scripts import Scripts
from projections.ports import Place, Snapshot

PREFIX: Final = "cipherx:"
LIVE: Final = ""
PAGE: Final = 1_000
"""Keys or fields asked for at once: a millisecond of the server's time."""

_pack: Final = msgspec.msgpack.Encoder().encode
_lengths: Final = msgspec.msgpack.Decoder(list[int]).decode


class RedisKeyedStore:
    """One view; by default its live build, whichever that is at the moment."""

    def __init__(
        self, client: Redis, view: str, *, prefix: str = PREFIX, build: str = LIVE
    ) -> None:
        self._client = client
        self._scripts = Scripts(client)
        self._view = view
        self._prefix = prefix
        self._root = f"{prefix}{{{view}}}"
        self._build = build

    async def read(self, places: Sequence[Place]) -> Snapshot:
        """The values now (None where there is none), all at the same moment."""
        with outages():
            build, checkpoint, lengths, values = await self._scripts.read(
                keys=[self._root], args=[self._build, _pack(list(chain.from_iterable(places)))]
            )
        found, start = {}, 0
        for place, length in zip(places, _lengths(lengths), strict=True):
            found[place] = None if length < 0 else values[start : start + length]
            start += max(length, 0)
        return Snapshot(build.decode(), GlobalPosition(int(checkpoint)), found)

    async def write(
        self, seen: Snapshot, changes: Mapping[Place, bytes | None], upto: GlobalPosition
    ) -> GlobalPosition:
        """Put the values and move the checkpoint, in one script; returns the checkpoint."""
        header: list[object] = []
        for place, value in changes.items():
            header += (*place, -1 if value is None else len(value))
        mode = "live" if self._build == LIVE else "aside"
        values = b"".join(value for value in changes.values() if value is not None)
        with outages():
            found = await self._scripts.write(
                keys=[self._root],
                args=[seen.build, mode, seen.checkpoint, upto, _pack(header), values],
            )
        return GlobalPosition(int(found))

    async def list(self, key: str, fields_max: int) -> Mapping[str, bytes]:
        """About ``fields_max`` fields of a key, all of them when there are no more."""
        with outages():
            flat = await self._scripts.list(keys=[self._root], args=[self._build, key, fields_max])
        return {field.decode(): value for field, value in zip(flat[::2], flat[1::2], strict=True)}

    async def places(self) -> AsyncIterator[Sequence[Place]]:
        """Every place there is, in pages; one may come twice while the view changes."""
        with outages():
            build = self._build or (await self.read(())).build
            start = f"{self._root}:{build}:"
            page: list[Place] = []
            async for name in self._client.scan_iter(match=_escaped(start) + "*", count=PAGE):
                async for field, _ in self._client.hscan_iter(name, count=PAGE):
                    page.append(Place(name.decode()[len(start) :], field.decode()))
                    if len(page) >= PAGE:
                        yield page
                        page = []
            yield page

    async def reset(self) -> None:
        """Let an empty build take over, then delete the old one."""
        await self._switch("")

    async def aside(self) -> Self:
        """A new, empty build that nobody reads; forgotten ones are deleted."""
        live = (await self.read(())).build
        with outages():
            number = await self._client.hincrby(self._root, "builds", 1)
            fields = await self._client.hgetall(self._root)
        for name in (_text(field) for field in fields):
            if name.startswith("at:") and name != f"at:{live}":
                await self._built(name.removeprefix("at:")).discard()
        return self._built(str(number))

    def _built(self, build: str) -> Self:
        return type(self)(self._client, self._view, prefix=self._prefix, build=build)

    async def take_over(self) -> None:
        """Make this build the live one, and delete what was live."""
        await self._switch(self._build)

    async def discard(self) -> None:
        """Delete this build, which is not the live one."""
        with outages():
            await self._client.hdel(self._root, f"at:{self._build}")
        await self._delete(self._build)

    async def _switch(self, build: str) -> None:
        with outages():
            was = await self._scripts.switch(keys=[self._root], args=[build])
        await self._delete(was.decode())

    async def _delete(self, build: str) -> None:
        page: list[bytes] = []
        pattern = _escaped(f"{self._root}:{build}:") + "*"
        with outages():
            async for name in self._client.scan_iter(match=pattern, count=PAGE):
                page.append(name)
                if len(page) >= PAGE:
                    await self._client.unlink(*page)
                    page = []
            if page:
                await self._client.unlink(*page)


def _escaped(name: str) -> str:
    return "".join(f"\\{character}" if character in "*?[]\\" else character for character in name)


def _text(field: bytes | str) -> str:
    return field.decode() if isinstance(field, bytes) else field
