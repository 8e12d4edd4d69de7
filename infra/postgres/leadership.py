"""One of several processes leads: who holds an advisory lock on a connection of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog

from infra.postgres.group_commit import LOST_CONNECTION
from infra.postgres.pool import COMMAND_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS, SERVER_SETTINGS

CLAIM_SECONDS: Final = 0.5
"""How often a standby tries; bounds how long a dead leader is missed."""
FIRST_PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 5.0

Work = Callable[[asyncpg.Connection], Awaitable[None]]
logger = structlog.get_logger(__name__)


async def lead(database_url: str, role: str, lock: int, work: Work, stop: asyncio.Event) -> None:
    """Do ``work`` while this process is the role's leader, until ``stop`` is set.

    The lock dies with the connection, so work over that same connection cannot outlive the
    leadership. A lost connection is answered by claiming again after a pause.
    """
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            async with _connection(database_url, role) as connection:
                if await _claimed(connection, lock, stop):
                    logger.info("leading", role=role)
                    pause = FIRST_PAUSE_SECONDS
                    await work(connection)
        except LOST_CONNECTION as error:
            logger.warning("leader connection lost", role=role, error=repr(error))
            await _stopped_within(stop, pause)
            pause = min(pause * 2, PAUSE_SECONDS_MAX)


async def _claimed(connection: asyncpg.Connection, lock: int, stop: asyncio.Event) -> bool:
    while not stop.is_set():
        if await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):
            return True
        await _stopped_within(stop, CLAIM_SECONDS)
    return False


async def _stopped_within(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


@asynccontextmanager
async def _connection(database_url: str, role: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        database_url,
        timeout=CONNECT_TIMEOUT_SECONDS,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
        server_settings=SERVER_SETTINGS | {"application_name": f"cipherx {role}"},
    )
    try:
        yield connection
    finally:
        if not connection.is_closed():
            await connection.close(timeout=CONNECT_TIMEOUT_SECONDS)
