"""What counts as Postgres being away, as opposed to refusing what it was told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from infra.postgres.group_commit import LOST_CONNECTION
from projections.ports import StoreUnavailable

_WAITING_HELPS: Final = (
    *LOST_CONNECTION,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)


@contextmanager
def outages() -> Iterator[None]:
    """Turns an outage, a full disk or a lost lock into StoreUnavailable."""
    try:
        yield
    except _WAITING_HELPS as error:
        if isinstance(error, ValueError):  # asyncpg: a value that does not fit its column
            raise
        raise StoreUnavailable(f"postgres: {error!r}") from error
