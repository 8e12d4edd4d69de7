"""What must hold after any number of deaths."""

import asyncio
import sys
from typing import Final

import asyncpg

from domain.transaction import transaction_stream
from domain.values import Signature
from tests.crash.load import Load
from tests.crash.stack import ROOT, Stack

SETTLE_SECONDS_MAX: Final = 120.0


async def violations(stack: Stack, load: Load) -> list[str]:
    """Everything that is wrong once the stack has settled; empty when all promises held."""
    connection = await asyncpg.connect(stack.instance.database_url)
    try:
        await _decoded(connection)
        found = [
            *await _lost_transactions(connection, load),
            *await _lost_trackings(connection, load),
            *await _doubled(connection),
            *await _holes(connection),
        ]
    finally:
        await connection.close()
    return found + await _verified(stack)


async def _decoded(connection: asyncpg.Connection) -> None:
    async with asyncio.timeout(SETTLE_SECONDS_MAX):
        while not await connection.fetchval(
            "SELECT c.position = h.position FROM inbox_checkpoint c, inbox_head h"
        ):
            await asyncio.sleep(0.05)


async def _lost_transactions(connection: asyncpg.Connection, load: Load) -> list[str]:
    kept = {row[0] for row in await connection.fetch("SELECT signature FROM inbox")}
    lost = [f"acknowledged, not in the inbox: {name}" for name in load.signatures - kept]
    recorded = await _streams(connection, "transaction.recorded.v1")
    return lost + [
        f"acknowledged, not in the log: {name}"
        for name in load.signatures & kept
        if transaction_stream(Signature(name)) not in recorded
    ]


async def _lost_trackings(connection: asyncpg.Connection, load: Load) -> list[str]:
    opened = {str(stream) for stream in await _streams(connection, "wallet-subscription.opened.v1")}
    return [f"acknowledged, not in the log: tracking {lost}" for lost in load.trackings - opened]


async def _doubled(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT stream_id, type, count(*) FROM events "
        "WHERE type IN ('transaction.recorded.v1', 'trade.recorded.v1') "
        "GROUP BY stream_id, type HAVING count(*) > 1"
    )
    return [f"recorded {row['count']} times: {row['type']} {row['stream_id']}" for row in rows]


async def _holes(connection: asyncpg.Connection) -> list[str]:
    count, first, last, head = await connection.fetchrow(
        "SELECT count(*), min(position), max(position), (SELECT position FROM log_head) FROM events"
    )
    gaps = await connection.fetch(
        "SELECT stream_id FROM events GROUP BY stream_id "
        "HAVING max(version) <> count(*) OR min(version) <> 1"
    )
    wrong = [f"stream with a gap: {row['stream_id']}" for row in gaps]
    if (first, last, count) != (1, head, head):
        wrong.append(f"positions: {count} events from {first} to {last}, head {head}")
    return wrong


async def _streams(connection: asyncpg.Connection, event_type: str) -> set[object]:
    rows = await connection.fetch(
        "SELECT DISTINCT stream_id FROM events WHERE type = $1", event_type
    )
    return {row[0] for row in rows}


async def _verified(stack: Stack) -> list[str]:
    """``cipherx verify`` waits for the views and compares each with a from-scratch replay."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.cli", "verify", "--data-dir", str(stack.data_dir)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return [] if process.returncode == 0 else [f"cipherx verify: {output.decode()}"]
