"""A connection to NATS that never gives up, and notices within 20 s that it is dead."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import nats
import structlog
from nats.aio.client import Client

RECONNECT_SECONDS: Final = 0.5
CONNECT_TIMEOUT_SECONDS: Final = 2
PING_SECONDS: Final = 10
UNANSWERED_PINGS_MAX: Final = 2
PENDING_BYTES_MAX: Final = 8 * 1024 * 1024
"""What waits for the socket: one batch of the relay's, several times over."""

Noticed = Callable[[], Awaitable[None]]
logger = structlog.get_logger(__name__)


async def connect(nats_url: str, name: str, *, lost: Noticed | None = None) -> Client:
    """Connect, waiting for a server that is not there yet; ``lost`` hears of each break."""

    async def on_error(error: Exception) -> None:
        logger.warning("nats", connection=name, error=repr(error))

    return await nats.connect(
        nats_url,
        name=f"cipherx {name}",
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        reconnect_time_wait=RECONNECT_SECONDS,
        max_reconnect_attempts=-1,
        ping_interval=PING_SECONDS,
        max_outstanding_pings=UNANSWERED_PINGS_MAX,
        pending_size=PENDING_BYTES_MAX,
        # Our subjects come from the catalogue; checking each costs a tenth of publishing.
        skip_subject_validation=True,
        disconnected_cb=lost,
        error_cb=on_error,
    )


@asynccontextmanager
async def connected(
    nats_url: str, name: str, stop: asyncio.Event, lost: Noticed | None = None
) -> AsyncIterator[Client | None]:
    """A connection for the length of the block, or None when ``stop`` came before a server."""
    connecting = asyncio.ensure_future(connect(nats_url, name, lost=lost))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({connecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        yield connecting.result() if connecting.done() else None
    finally:
        stopping.cancel()
        connecting.cancel()
        if connecting.done() and not connecting.cancelled() and connecting.exception() is None:
            await connecting.result().close()
