"""Connections to a Redis-protocol server, and what counts as its being away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import redis.exceptions as failures
from redis.asyncio import BlockingConnectionPool, Redis

from projections.ports import StoreUnavailable

CONNECTIONS_MAX: Final = 8
"""For each process; more callers than that queue, which a plain pool would refuse."""
QUEUE_SECONDS_MAX: Final = 5.0
SOCKET_TIMEOUT_SECONDS: Final = 5.0
"""A script that writes a whole batch takes some milliseconds."""
CONNECT_TIMEOUT_SECONDS: Final = 2.0

_AWAY: Final = (
    failures.ConnectionError,
    failures.TimeoutError,
    failures.BusyLoadingError,
    failures.ReadOnlyError,
    failures.OutOfMemoryError,
    failures.TryAgainError,
    OSError,
    TimeoutError,
)
_REFUSALS: Final = ("OOM", "MISCONF", "LOADING", "READONLY", "BUSY", "MASTERDOWN", "NOREPLICAS")
"""Error codes of a server that may take the same command later; scripts wrap them."""


def redis_client(redis_url: str) -> Redis:
    """A client over a bounded pool; close it with ``aclose()``."""
    pool = BlockingConnectionPool.from_url(
        redis_url,
        max_connections=CONNECTIONS_MAX,
        timeout=QUEUE_SECONDS_MAX,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        client_name="cipherx",
    )
    return Redis.from_pool(pool)


@contextmanager
def outages() -> Iterator[None]:
    """Turns the server's being away, or full, into StoreUnavailable."""
    try:
        yield
    except _AWAY as error:
        raise StoreUnavailable(f"redis: {error!r}") from error
    except failures.ResponseError as error:
        if any(code in str(error) for code in _REFUSALS):
            raise StoreUnavailable(f"redis: {error!r}") from error
        raise
