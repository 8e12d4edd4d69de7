"""Connections to Postgres, with the limits every one of them shares."""

from typing import Final

import asyncpg

COMMAND_TIMEOUT_SECONDS: Final = 30.0
"""A half-dead TCP connection must not hang a caller for ever."""
CONNECT_TIMEOUT_SECONDS: Final = 5.0
IDLE_LIFETIME_SECONDS: Final = 60.0
SERVER_SETTINGS: Final = {
    # An open transaction holds back vacuum and, on the head row, every writer.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "10s",
}


async def create_pool(
    database_url: str, *, application_name: str, min_size: int = 1, max_size: int = 4
) -> asyncpg.Pool:
    """A pool of at most ``max_size`` connections that ``pg_stat_activity`` shows by name."""
    return await asyncpg.create_pool(
        database_url,
        min_size=min_size,
        max_size=max_size,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
        timeout=CONNECT_TIMEOUT_SECONDS,
        max_inactive_connection_lifetime=IDLE_LIFETIME_SECONDS,
        server_settings=SERVER_SETTINGS | {"application_name": application_name},
    )
