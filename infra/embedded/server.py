"""What the three embedded servers have in common."""

import asyncio
import json
import os
from pathlib import Path
from typing import Final, Protocol

import msgspec

from infra.embedded.ports import LOOPBACK, free_port
from infra.embedded.rights import hand_over
from infra.supervisor.child import RunAs
from infra.supervisor.keeper import Launch

START_SECONDS_MAX: Final = 120.0
"""Postgres may first replay ``max_wal_size`` of log after a crash."""
POLL_SECONDS: Final = 0.02
ANSWER_SECONDS_MAX: Final = 5.0
USER: Final = "cipherx"
ENVIRON: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C", "TZ": "UTC"}
"""Servers are configured by us alone, not by what the operator's shell happens to hold."""


class Place(msgspec.Struct, frozen=True):
    """Where a server lives, who it runs as, and what it must keep open."""

    data_dir: Path
    run_as: RunAs
    keep_open: tuple[int, ...]

    def folder(self, name: str) -> Path:
        """The server's own folder, made and handed over to whom it runs as."""
        path = self.data_dir / name
        path.mkdir(mode=0o700, exist_ok=True)
        hand_over(path, self.run_as)
        return path

    def hand_over(self, file: Path) -> None:
        """Let the server read ``file``, which we wrote for it."""
        if self.run_as.user_id is not None:
            os.chown(file, self.run_as.user_id, self.run_as.group_id or -1)

    def log(self, name: str) -> Path:
        """File that gets what the server writes."""
        return self.data_dir / "logs" / f"{name}.log"


class Port:
    """A free port, chosen anew for each try until the server once had it: then it stays."""

    def __init__(self) -> None:
        self.number = 0
        self._held = False

    def choose(self) -> None:
        """Take another one, unless clients already know this one."""
        if not self._held:
            self.number = free_port()

    def hold(self) -> None:
        """Keep it for every restart."""
        self._held = True


class Server(Protocol):
    """One embedded server."""

    name: str

    @property
    def url(self) -> str:
        """Where it answers, password included; good once it was ready."""

    async def prepare(self) -> None:
        """Make its folder ready, once per start of ours."""

    def launch(self) -> Launch:
        """The next try at running it."""


async def ask(port: int, request: bytes, until: bytes) -> bytes:
    """Send ``request`` to a line protocol and return what came up to and with ``until``.

    Raises OSError or EOFError while nobody answers, TimeoutError when the answer is late.
    """
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        try:
            writer.write(request)
            return await reader.readuntil(until)
        finally:
            writer.close()


def quoted(value: object) -> str:
    """``value`` between double quotes, as nats-server and valkey-server both read it."""
    return json.dumps(str(value), ensure_ascii=False)
