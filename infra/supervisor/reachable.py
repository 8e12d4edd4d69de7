"""Whether the servers that URLs name are there, asked before anything depends on them."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from infra.settings import Settings
from infra.supervisor.errors import CannotStart

CONNECT_SECONDS_MAX: Final = 5.0
USUAL_PORTS: Final = {"postgres": 5432, "postgresql": 5432, "nats": 4222, "tls": 4222}
REDIS_PORT: Final = 6379


async def require_reachable(settings: Settings) -> None:
    """Raises CannotStart naming the first variable at whose address nobody answers."""
    named = {
        "DATABASE_URL": settings.database_url,
        "NATS_URL": settings.nats_url,
        "REDIS_URL": settings.redis_url,
    }
    for variable, url in named.items():
        if url is None:
            continue
        try:
            await listens(url)
        except (OSError, TimeoutError) as error:
            problem = f"{variable}: nobody answers at {_address(url)} ({_reason(error)})"
            remedy = "Start that server, correct the URL, or unset it to run an embedded one."
            raise CannotStart(problem, remedy) from error


async def listens(url: str) -> None:
    """Raises OSError or TimeoutError when nobody takes connections at ``url``."""
    parts = urlsplit(url)
    if not parts.hostname:
        return  # a socket file or a service name, which its own driver understands
    port = parts.port or USUAL_PORTS.get(parts.scheme, REDIS_PORT)
    async with asyncio.timeout(CONNECT_SECONDS_MAX):
        _, writer = await asyncio.open_connection(parts.hostname, port)
        writer.close()


def _address(url: str) -> str:
    """Host and port alone: the rest may be secret."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _reason(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else str(error)
