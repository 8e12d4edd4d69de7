"""One CipherX as a user starts it, whose processes the test may kill."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from infra.embedded.ports import free_port
from infra.instance import Instance, running_instance

ROOT: Final = Path(__file__).parents[2]
START_SECONDS_MAX: Final = 120.0
STOP_SECONDS_MAX: Final = 60.0


class Stack:
    """``cipherx up`` in a data directory of its own."""

    def __init__(self, process: asyncio.subprocess.Process, data_dir: Path) -> None:
        self._process = process
        self.data_dir = data_dir

    @property
    def instance(self) -> Instance:
        """What it says of itself now: pids change as the supervisor restarts what died."""
        instance = running_instance(self.data_dir)
        assert instance is not None, "the stack has gone"
        return instance

    def victims(self) -> Mapping[str, int]:
        """The processes that are alive now, servers and roles, by name.

        The supervisor is not among them: it takes everything down with it, which has a test of
        its own.
        """
        instance = self.instance
        return {
            process.name: process.pid
            for process in instance.processes
            if process.pid not in (None, instance.pid)
        }

    def kill(self, name: str) -> bool:
        """End a process without a word; False when it is between two lives."""
        pid = self.victims().get(name)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


@asynccontextmanager
async def running_stack(data_dir: Path, variant: str | None = None) -> AsyncIterator[Stack]:
    """A started stack; ``variant`` names a module of tests.crash.variants to run instead."""
    data_dir.mkdir(parents=True, exist_ok=True)
    program = ["infra.cli", "up"] if variant is None else ["tests.crash.variant_up", variant]
    with (data_dir.parent / f"{data_dir.name}.log").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *program, "--data-dir", str(data_dir), "--no-simulation"),
            *("--port", str(free_port())),
            cwd=ROOT,
            env={**_clean_environ(), "CIPHERX_DATA_DIR": str(data_dir)},
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        await _answering(process, data_dir)
        yield Stack(process, data_dir)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
            except TimeoutError:
                process.kill()
                await process.wait()


def _clean_environ() -> dict[str, str]:
    ours = ("CIPHERX_", "DATABASE_URL", "NATS_URL", "REDIS_URL", "HELIUS_", "SOLANA_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


async def _answering(process: asyncio.subprocess.Process, data_dir: Path) -> None:
    log = data_dir.parent / f"{data_dir.name}.log"
    async with asyncio.timeout(START_SECONDS_MAX):
        while running_instance(data_dir) is None:
            assert process.returncode is None, log.read_text()
            await asyncio.sleep(0.05)
