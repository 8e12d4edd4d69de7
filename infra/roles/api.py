"""The role that answers REST, the stream and webhooks."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import Final

import structlog
import uvicorn

from api.app import create_app
from infra.bootstrap import open_api
from infra.settings import DEFAULT_PORT, Settings
from infra.streaming.abortable import AbortableWebSockets

MESSAGE_BYTES_MAX: Final = 64 * 1024
"""Of a stream client's message; ours ask for a few channels."""
PING_SECONDS: Final = 20.0
KEEP_ALIVE_SECONDS: Final = 75
"""Longer than the usual proxy keeps its connections, so that it never writes into a closed one."""
DRAIN_SECONDS_MAX: Final = 12
"""Requests under way are finished; the supervisor allows a role 18 s."""
BACKLOG: Final = 2_048
CONNECTIONS_MAX: Final = 18_000
"""Below the 20,000 descriptors a process may hold here; more are answered 503."""

logger = structlog.get_logger(__name__)


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Answer until ``stop`` is set, then finish what is under way."""
    listener = _listen(settings.host, settings.port or DEFAULT_PORT)
    with contextlib.closing(listener):
        async with open_api(settings) as dependencies:
            server = Server(configuration(create_app(dependencies)))
            serving = asyncio.create_task(server.serve(sockets=[listener]), name="uvicorn")
            stopping = asyncio.create_task(stop.wait())
            started = asyncio.create_task(server.answering.wait())
            await asyncio.wait({serving, started}, return_when=asyncio.FIRST_COMPLETED)
            if started.done():
                ready()
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            await serving
            stopping.cancel()
            started.cancel()


def configuration(app: object) -> uvicorn.Config:
    """How uvicorn serves: limits on everything, logs are ours, nobody's X-Forwarded-For."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        loop="uvloop",
        http="httptools",
        ws=AbortableWebSockets,
        ws_max_size=MESSAGE_BYTES_MAX,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,  # a window for each client, and slower than sending plainly
        lifespan="on",
        log_config=None,
        log_level="warning",  # it would tell of every connection
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
    )


class Server(uvicorn.Server):
    """Leaves signals to whoever runs the role, and tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets=sockets)
        self.answering.set()


def _listen(host: str, port: int) -> socket.socket:
    """Bound before anything else is opened, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
