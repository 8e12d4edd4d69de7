"""Real servers for the tests: one set for all workers of a run, gone when the last one ends.

The servers belong to a process of their own (this module, run as a program), because an
event loop of one test must not own what the next test uses. Every worker holds a shared
lock; when the program gets the exclusive one, nobody is left, however the workers ended.
"""

import asyncio
import contextlib
import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from infra.embedded import EmbeddedServers, ServerUrls
from infra.embedded.data_dir import DataDir

ROOT: Final = Path(__file__).parents[2]
START_SECONDS_MAX: Final = 120.0


@contextlib.contextmanager
def shared_servers(folder: Path) -> Iterator[ServerUrls]:
    """Use the servers of ``folder``, starting them if we are first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "users").open("w") as users, (folder / "starter").open("w") as starter:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(starter, fcntl.LOCK_EX)
        if not _urls_file(folder).exists():
            _start(folder)
        fcntl.flock(starter, fcntl.LOCK_UN)
        yield msgspec.json.decode(_urls_file(folder).read_bytes(), type=ServerUrls)


def _start(folder: Path) -> None:
    with (folder / "output").open("w") as output:
        host = subprocess.Popen(
            [sys.executable, "-m", "tests.support.servers", str(folder)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS_MAX
    while not _urls_file(folder).exists():
        if host.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "output").read_text())
        time.sleep(0.02)
    host.returncode = 0  # it outlives us when other workers go on, which Popen would warn of


def _urls_file(folder: Path) -> Path:
    return folder / "urls.json"


async def _serve(folder: Path) -> None:
    data_dir = DataDir.open(folder / "data", print)
    with (folder / "users").open("w") as users, contextlib.closing(data_dir):
        async with EmbeddedServers.start(data_dir, say=print) as servers:
            draft = folder / "urls.new"
            draft.write_bytes(msgspec.json.encode(servers.urls))
            draft.replace(_urls_file(folder))
            await asyncio.to_thread(fcntl.flock, users, fcntl.LOCK_EX)
            _urls_file(folder).unlink()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
