"""Relay: log to JetStream with acknowledgement, beside publishing alone as fast as we know how."""

import asyncio
import functools
import gc
import time
from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
from nats.aio.client import Client
from prometheus_client import REGISTRY

from benchmarks.filled_log import fill
from benchmarks.harness import Cell, Figure, Rates, baseline, interleaved, ratio, run_alone, times
from benchmarks.publishing import SAME_SETTINGS, Publishing, empty_stream
from benchmarks.servers import Urls, embedded_servers
from infra import metrics
from infra.nats.ack_inbox import Message
from infra.nats.connection import connect
from infra.nats.envelope import seal, subject
from infra.postgres.group_commit import GroupCommit
from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool
from infra.roles.relay import publish
from infra.supervisor.role import COLLECTION_THRESHOLDS
from tests.support.databases import fresh

EVENTS: Final = 60_000
POLL_SECONDS: Final = 0.005
RELAY: Final = f"relay of {EVENTS:,} events"


async def measure() -> Sequence[Figure]:
    """The relay reads and seals what the others have ready; the stream's settings are one."""
    gc.set_threshold(*COLLECTION_THRESHOLDS)  # as a role has it
    with embedded_servers("postgres", "nats") as servers:
        rates = await _measure(servers)
    peers = {name: found for name, found in rates.items() if name in SAME_SETTINGS}
    fastest = min(peers, key=lambda name: ratio(rates[RELAY], peers[name]))
    return [
        *(baseline(name, found) for name, found in rates.items() if name != RELAY),
        times(RELAY, rates[RELAY], peers[fastest], at_least=0.6, of=f"the fastest ({fastest})"),
    ]


async def _measure(servers: Urls) -> Mapping[str, Rates]:
    async with fresh(servers.database_url) as database_url:
        await fill(database_url, EVENTS)
        client = await connect(servers.nats_url, "benchmark")
        publishing = Publishing(client, await _messages(database_url))
        cells: dict[str, Cell] = {
            **publishing.ways,
            RELAY: functools.partial(_relay, database_url, servers.nats_url, client),
        }
        await publishing.open()
        await interleaved(cells, rounds=1)
        rates = await interleaved(cells)
        await client.close()
    return rates


async def _messages(database_url: str) -> Sequence[Message]:
    pool = await create_pool(database_url, application_name="benchmark")
    rows = await PostgresLog(pool, GroupCommit(database_url)).read_rows(0, EVENTS)
    await pool.close()
    return [Message(subject(row.type), seal(row), str(row.position)) for row in rows]


async def _relay(database_url: str, nats_url: str, client: Client) -> float:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE relay_checkpoint SET position = 0")
    await empty_stream(client)
    metrics.RELAY_POSITION.set(0)
    stop = asyncio.Event()
    started = time.perf_counter()
    relaying = asyncio.create_task(publish(connection, nats_url, stop))
    try:
        await _relayed()
        return EVENTS / (time.perf_counter() - started)
    finally:
        stop.set()
        await relaying
        await connection.close()


async def _relayed() -> None:
    """The relay counts what was acknowledged, before it moves its checkpoint."""
    while (REGISTRY.get_sample_value("cipherx_relay_position") or 0) < EVENTS:  # noqa: ASYNC110
        await asyncio.sleep(POLL_SECONDS)


def main() -> None:
    """Print the table."""
    run_alone(measure)


if __name__ == "__main__":
    main()
