"""Footprint: memory of each process of the idle stack, and how long it takes to start."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import psutil

from benchmarks.harness import Figure, at_most, run_alone
from benchmarks.stack import running_stack
from infra.instance import Instance

IDLE_SECONDS: Final = 5.0
"""Long enough for what starting needed to be given back."""
MEMORY_MIB_MAX: Final = 700
COLD_SECONDS_MAX: Final = 10
WARM_SECONDS_MAX: Final = 5


async def measure() -> Sequence[Figure]:
    """A first start with an empty folder, then a second one that finds its data."""
    with tempfile.TemporaryDirectory(prefix="cipherx-bench-") as folder:
        data_dir = Path(folder) / "data"
        async with _started(data_dir) as (_, cold):
            pass
        async with _started(data_dir) as (instance, warm):
            await asyncio.sleep(IDLE_SECONDS)
            kind, used = _memory(instance)
    return [
        *(Figure(f"idle {name}, {kind}", f"{mib:,.0f} MiB") for name, mib in used.items()),
        at_most(f"idle, all processes, {kind}", sum(used.values()), MEMORY_MIB_MAX, "MiB"),
        at_most("start to ready, cold", cold, COLD_SECONDS_MAX, "s"),
        at_most("start to ready, warm", warm, WARM_SECONDS_MAX, "s"),
    ]


@asynccontextmanager
async def _started(data_dir: Path) -> AsyncIterator[tuple[Instance, float]]:
    started = time.perf_counter()
    async with running_stack(data_dir) as instance:
        yield instance, time.perf_counter() - started


def _memory(instance: Instance) -> tuple[str, Mapping[str, float]]:
    """MiB by process; a server's own children count as its. Shared pages are divided among
    those who share them (PSS) where the kernel tells, and counted again for each (RSS) else."""
    used: dict[str, float] = {}
    kind = "PSS"
    for process in instance.processes:
        assert process.pid is not None, f"{process.name} is between two lives"
        family = [psutil.Process(process.pid)]
        if process.name != "up":  # its children are the others
            family += family[0].children(recursive=True)
        try:
            bytes_ = sum(member.memory_full_info().pss for member in family)
        except psutil.AccessDenied:
            kind = "RSS"
            bytes_ = sum(member.memory_info().rss for member in family)
        used[process.name] = bytes_ / 2**20
    return kind, used


def main() -> None:
    """Print the table."""
    run_alone(measure)


if __name__ == "__main__":
    main()
