"""The embedded servers, started for one benchmark in a folder of its own.

They belong to a process of their own (this module, run as a program), so that nothing but the
benchmark's work happens in the benchmark's process; its standard input ends when we do.
"""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from infra.embedded import EmbeddedServers, Need
from infra.embedded.data_dir import DataDir

ROOT: Final = Path(__file__).parents[1]
STOP_SECONDS_MAX: Final = 60.0


class Urls(msgspec.Struct, frozen=True):
    """Where the servers answer; empty for one that was not asked for. They are configured as
    the product has them: fsync and synchronous_commit are on, JetStream is on disk."""

    database_url: str
    nats_url: str


@contextlib.contextmanager
def embedded_servers(*need: Need) -> Iterator[Urls]:
    """The servers a benchmark needs, gone afterwards with all their data."""
    with tempfile.TemporaryDirectory(prefix="cipherx-bench-") as folder:
        command = [sys.executable, "-m", "benchmarks.servers", folder, *need]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as host:
            assert host.stdin is not None and host.stdout is not None
            try:
                yield msgspec.json.decode(host.stdout.readline(), type=Urls)
            finally:
                host.stdin.close()
                host.wait(STOP_SECONDS_MAX)


async def _serve(folder: Path, need: frozenset[Need]) -> None:
    data_dir = DataDir.open(folder / "data", lambda _: None)
    with contextlib.closing(data_dir):
        async with EmbeddedServers.start(data_dir, need=need) as servers:
            urls = Urls(servers.urls.database_url or "", servers.urls.nats_url or "")
            print(msgspec.json.encode(urls).decode(), flush=True)
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(
        _serve(Path(sys.argv[1]), msgspec.convert(frozenset(sys.argv[2:]), frozenset[Need]))
    )
