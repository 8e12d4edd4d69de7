"""The whole stack as ``cipherx up`` starts it, and whether it has caught up."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import asyncpg

from benchmarks.servers import ROOT
from infra.embedded.ports import free_port
from infra.instance import Instance, running_instance

HOST: Final = "127.0.0.1"
POLL_SECONDS: Final = 0.02
READY_SECONDS_MAX: Final = 120.0
SETTLE_SECONDS_MAX: Final = 300.0
STOP_SECONDS_MAX: Final = 60.0
OURS: Final = ("CIPHERX_", "DATABASE_URL", "NATS_URL", "REDIS_URL", "HELIUS_", "SOLANA_")
"""Settings of whoever runs the benchmark; the stack gets none of them."""


@asynccontextmanager
async def running_stack(data_dir: Path) -> AsyncIterator[Instance]:
    """``cipherx up`` without the simulation, on a port of its own, from when it is ready."""
    log = data_dir.with_suffix(".log")
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "infra.cli", "up", "--no-simulation"),
            *("--data-dir", str(data_dir), "--port", str(free_port(HOST))),
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith(OURS)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        async with asyncio.timeout(READY_SECONDS_MAX):
            while (instance := running_instance(data_dir)) is None:
                assert process.returncode is None, log.read_text()
                await asyncio.sleep(POLL_SECONDS)
            await _until_ready(instance)
        yield instance
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)


async def _until_ready(instance: Instance) -> None:
    """Wait until the API says that everything it depends on answers."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(instance.health) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(POLL_SECONDS)


async def until_settled(instance: Instance, received: int) -> float:
    """Wait until so many inbox rows are decoded and every consumer is past all their events;
    returns when that was (``time.perf_counter``)."""
    connection = await asyncpg.connect(instance.database_url)
    try:
        async with asyncio.timeout(SETTLE_SECONDS_MAX), aiohttp.ClientSession() as session:
            while True:
                decoded, head = await connection.fetchrow(
                    "SELECT c.position, h.position FROM inbox_checkpoint c, log_head h"
                )
                if decoded >= received and await _all_past(session, instance, head):
                    return time.perf_counter()
                await asyncio.sleep(POLL_SECONDS)
    finally:
        await connection.close()


async def _all_past(session: aiohttp.ClientSession, instance: Instance, head: int) -> bool:
    async with session.get(instance.health) as answer:
        consumers = (await answer.json())["consumers"]
    return all((consumer["position"] or 0) >= head for consumer in consumers)
