"""Owns servers until it is killed: ``python -m tests.support.host FOLDER RIGHTS``."""

import asyncio
import sys
from pathlib import Path

import msgspec
import psutil

from infra.embedded import EmbeddedServers, ServerUrls
from infra.embedded.data_dir import DataDir
from infra.embedded.rights import nobody, user_namespace
from infra.supervisor.child import OURSELVES, RunAs


class Hosted(msgspec.Struct, frozen=True):
    """What runs: every process below the host, and the addresses."""

    pids: list[int]
    urls: ServerUrls


def rights(name: str) -> RunAs | None:
    """Rights by the name a test uses, None where this machine does not have them."""
    if name == "namespace":
        return user_namespace()
    return nobody() if name == "nobody" else OURSELVES


async def _host(folder: Path, run_as: RunAs | None) -> None:
    data_dir = DataDir.open(folder, lambda text: print(text, file=sys.stderr))
    async with EmbeddedServers.start(data_dir, run_as=run_as) as servers:
        children = psutil.Process().children(recursive=True)
        hosted = Hosted([child.pid for child in children], servers.urls)
        print(msgspec.json.encode(hosted).decode(), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_host(Path(sys.argv[1]), rights(sys.argv[2])))
