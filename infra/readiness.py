"""Looks at what the API depends on: servers, and how far each consumer of the log is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import asyncpg
from nats.aio.client import Client
from redis.asyncio import Redis

from api.ports import ConsumerState, Readiness, ServerState
from infra.projecting.read_models import ViewCheckpoints
from infra.projecting.views import VIEWS
from projections.ports import StoreUnavailable

ANSWER_SECONDS_MAX: Final = 2.0
"""A server that takes longer serves nobody."""
RELAYED: Final = "SELECT position FROM relay_checkpoint"
LOG_HEAD: Final = "SELECT position FROM log_head"
DECODED: Final = "SELECT position FROM inbox_checkpoint"
RECEIVED: Final = "SELECT position FROM inbox_head"
KEPT_SECONDS: Final = 0.25
"""An answer is good that long, so that many who ask cost no more than one."""


class ServersHealth:
    """A Health over this process's own connections."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        client: Redis,
        nats: Callable[[], Client | None],
        checkpoints: ViewCheckpoints,
        stream_position: Callable[[], int],
    ) -> None:
        self._pool = pool
        self._redis = client
        self._nats = nats
        self._checkpoints = checkpoints
        self._stream_position = stream_position
        self._kept: tuple[float, Readiness] | None = None
        self._looking = asyncio.Lock()

    async def readiness(self) -> Readiness:
        """Ask everything, bounded in time; never raises."""
        async with self._looking:
            if self._kept is None or time.monotonic() - self._kept[0] > KEPT_SECONDS:
                self._kept = time.monotonic(), await self._look()
            return self._kept[1]

    async def _look(self) -> Readiness:
        postgres, redis, nats = await asyncio.gather(
            self._asked("postgres", self._ask_postgres),
            self._asked("redis", self._ask_redis),
            self._asked("nats", self._ask_nats),
        )
        positions = await self._positions()
        # Heads after positions: the other way round a consumer could be ahead.
        head = await self._number(LOG_HEAD)
        decoded, received = await self._number(DECODED), await self._number(RECEIVED)
        consumers = [_state(name, position, head) for name, position in positions.items()]
        needed = (postgres, redis)  # without NATS we read the log instead, a little later
        ready = all(server.reachable for server in needed) and head is not None
        intake = _state("intake", decoded, received)
        return Readiness(ready, head, (postgres, redis, nats), consumers, intake)

    async def _asked(self, name: str, ask: Callable[[], Awaitable[object]]) -> ServerState:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await ask()
        except TimeoutError:
            return ServerState(name, False, f"no answer within {ANSWER_SECONDS_MAX:g} s")
        except Exception as error:  # whatever a driver raises, it does not answer
            return ServerState(name, False, type(error).__name__)
        return ServerState(name, True, f"{(time.perf_counter() - began) * 1_000:.1f} ms")

    async def _ask_postgres(self) -> None:
        await self._pool.fetchval("SELECT 1")

    async def _ask_redis(self) -> None:
        await self._redis.ping()

    async def _ask_nats(self) -> None:
        client = self._nats()
        if client is None or not client.is_connected:
            raise ConnectionError("not connected")

    async def _positions(self) -> Mapping[str, int | None]:
        views: Mapping[str, int | None]
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                views = dict(await self._checkpoints.positions())
        except (StoreUnavailable, TimeoutError):
            views = dict.fromkeys(VIEWS)
        relayed = await self._number(RELAYED)
        return {**views, "relay": relayed, "stream": self._stream_position()}

    async def _number(self, query: str) -> int | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                number: int = await self._pool.fetchval(query)
        except Exception:  # whatever the driver raises, it is not known
            return None
        return number


def _state(name: str, position: int | None, head: int | None) -> ConsumerState:
    lag = None if position is None or head is None else max(0, head - position)
    return ConsumerState(name, position, lag)
