"""The role that publishes the log to JetStream."""

import asyncio
from collections.abc import Callable
from typing import Final

import asyncpg
import nats.errors
import structlog

from infra.nats.ack_inbox import AckInbox, NotAcknowledged
from infra.nats.connection import connected
from infra.nats.event_stream import EventStream
from infra.nats.relay import Relay
from infra.nats.relay_checkpoint import RelayCheckpoint
from infra.postgres.commit import LOG_APPENDED
from infra.postgres.group_commit import GroupCommit
from infra.postgres.leadership import lead
from infra.postgres.log import PostgresLog
from infra.roles.needs import needed
from infra.settings import Settings
from projections.pause import Pause, waking

RELAY_LOCK: Final = 0x6369_7068_6572_7803
FIRST_PAUSE_SECONDS: Final = 0.1
PAUSE_SECONDS_MAX: Final = 2.0

logger = structlog.get_logger(__name__)


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Publish until ``stop`` is set; a second process stands by for the first."""
    database_url = needed(settings.database_url, "DATABASE_URL")
    nats_url = needed(settings.nats_url, "NATS_URL")
    await relay(database_url, nats_url, stop, ready)


async def relay(
    database_url: str, nats_url: str, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    """Lead or stand by, until ``stop`` is set."""

    async def work(connection: asyncpg.Connection) -> None:
        await publish(connection, nats_url, stop)

    ready()
    await lead(database_url, "relay", RELAY_LOCK, work, stop)


async def publish(connection: asyncpg.Connection, nats_url: str, stop: asyncio.Event) -> None:
    """Publish while ``connection`` lives: what is read, and the checkpoint, go over it."""
    appended, inbox = asyncio.Event(), AckInbox()
    async with waking(stop, appended), connected(nats_url, "relay", stop, inbox.give_up) as client:
        if client is None:
            return
        await connection.add_listener(LOG_APPENDED, lambda *_: appended.set())
        await inbox.open(client)
        log = PostgresLog(connection, GroupCommit(""))  # reads only: its writer never starts
        work = Relay(log, RelayCheckpoint(connection), client, EventStream(client), appended)
        pause = Pause(FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX)
        while not stop.is_set():
            try:
                await work.run(inbox, stop)
            except (nats.errors.Error, NotAcknowledged) as error:
                logger.warning("nats is away", error=repr(error))
                await pause.wait(stop)
