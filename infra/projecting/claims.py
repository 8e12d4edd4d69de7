"""Who runs which projection: one process each, however many there are."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from hashlib import blake2b
from typing import Final

import asyncpg
import structlog

from infra.postgres.group_commit import LOST_CONNECTION
from infra.postgres.pool import COMMAND_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS, SERVER_SETTINGS
from projections.pause import Pause, happened, waking

CLAIM_SECONDS: Final = 1.0
"""How often a standby tries, and how often a leader makes sure of its connection."""
FIRST_PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 2.0

Work = Callable[[asyncio.Event], Coroutine[None, None, None]]
logger = structlog.get_logger(__name__)


async def lead_each(database_url: str, works: Mapping[str, Work], stop: asyncio.Event) -> None:
    """Do each work for which this process holds the lock, until ``stop`` is set.

    All locks are held by one connection; when it is lost, everything stops and is claimed
    again. A work may outlive its lock by a second: stores compare checkpoints, so a second
    runner does no harm.
    """
    pause = Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
    while not stop.is_set():
        try:
            connection = await asyncpg.connect(
                database_url,
                timeout=CONNECT_TIMEOUT_SECONDS,
                command_timeout=COMMAND_TIMEOUT_SECONDS,
                server_settings=SERVER_SETTINGS | {"application_name": "cipherx project"},
            )
        except LOST_CONNECTION as error:
            logger.warning("cannot claim projections", error=repr(error))
            await pause.wait(stop)
            continue
        pause.reset()
        await _Claims(connection, works, stop).run()


class _Claims:
    """What one connection holds."""

    def __init__(
        self, connection: asyncpg.Connection, works: Mapping[str, Work], stop: asyncio.Event
    ) -> None:
        self._connection = connection
        self._works = works
        self._stop = stop
        self._over = asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Claim what is free, again and again; end when stopped or the connection is lost."""
        async with waking(self._stop, self._over):
            try:
                while not self._stop.is_set():
                    await self._claim()
                    self._raise_failures()
                    await happened(self._stop, CLAIM_SECONDS)
            except LOST_CONNECTION as error:
                logger.warning("claims lost", error=repr(error))
            finally:
                self._over.set()
                await asyncio.gather(*self._running.values())
                self._connection.terminate()

    async def _claim(self) -> None:
        for name, work in self._works.items():
            if name not in self._running and await self._connection.fetchval(
                "SELECT pg_try_advisory_lock($1)", lock_key(name)
            ):
                logger.info("leading", projection=name)
                self._running[name] = asyncio.create_task(work(self._over), name=name)
        if len(self._running) == len(self._works):
            await self._connection.execute("SELECT 1")

    def _raise_failures(self) -> None:
        for task in self._running.values():
            if task.done():
                task.result()


def lock_key(projection: str) -> int:
    """The advisory lock of a projection: the same in every process."""
    digest = blake2b(f"projection {projection}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
