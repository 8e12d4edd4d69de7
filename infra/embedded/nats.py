"""The embedded NATS server with JetStream on disk."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Final

from infra.embedded.credentials import write_private
from infra.embedded.ports import LOOPBACK
from infra.embedded.server import (
    ENVIRON,
    POLL_SECONDS,
    START_SECONDS_MAX,
    USER,
    Place,
    Port,
    ask,
    quoted,
)
from infra.supervisor.child import Program
from infra.supervisor.keeper import Launch

FILE_STORE_MAX: Final = "8GB"
MEMORY_STORE_MAX: Final = "64MB"
GO_MEMORY_MAX: Final = "256MiB"
"""Soft limit: the collector works harder above it, nothing fails."""


class Nats:
    """One server; JetStream keeps its streams in ``<data dir>/nats/jetstream``.

    Its files are synced to disk every two minutes only: the log in Postgres is the truth
    and refills a stream that lost its tail.
    """

    name = "nats"

    def __init__(self, place: Place, nats_server: Path, password: str) -> None:
        self._place, self._nats_server, self._password = place, nats_server, password
        self._port = Port()
        self._folder = place.folder(self.name)

    @property
    def url(self) -> str:
        """The server's address, password included."""
        return f"nats://{USER}:{self._password}@{LOOPBACK}:{self._port.number}"

    @property
    def program(self) -> Program:
        """The server, reading the file ``launch`` wrote."""
        return Program(
            name=self.name,
            command=(str(self._nats_server), "-c", str(self._configuration_file)),
            environ={**ENVIRON, "GOMEMLIMIT": GO_MEMORY_MAX},
            folder=self._folder,
            output=self._place.log(self.name),
            run_as=self._place.run_as,
            orphan_signal=signal.SIGTERM,
            keep_open=self._place.keep_open,
        )

    async def prepare(self) -> None:
        """Nothing to make: the server lays out its store itself."""

    def launch(self) -> Launch:
        """The next try, on another port until one worked."""
        self._port.choose()
        write_private(self._configuration_file, self._configuration().encode())
        self._place.hand_over(self._configuration_file)
        return self

    async def until_ready(self, process: asyncio.subprocess.Process) -> None:
        """Return when JetStream answers for our account."""
        login = json.dumps({"user": USER, "pass": self._password, "verbose": False})
        inbox = "_INBOX.readiness"
        lines = (f"CONNECT {login}", f"SUB {inbox} 1", f"PUB $JS.API.INFO {inbox} 0", "", "")
        async with asyncio.timeout(START_SECONDS_MAX):
            while True:
                try:
                    answer = await ask(self._port.number, "\r\n".join(lines).encode(), b"}\r\n")
                    if b'"limits"' in answer:
                        break
                except (OSError, EOFError, TimeoutError):
                    pass
                await asyncio.sleep(POLL_SECONDS)
        self._port.hold()

    @property
    def _configuration_file(self) -> Path:
        return self._folder / "nats.conf"

    def _configuration(self) -> str:
        return f"""\
# Written at every start.
server_name: cipherx
listen: "{LOOPBACK}:{self._port.number}"
max_payload: 1MB
authorization {{ user: {USER}, password: {quoted(self._password)} }}
jetstream {{
  store_dir: {quoted(self._folder)}
  max_file_store: {FILE_STORE_MAX}
  max_memory_store: {MEMORY_STORE_MAX}
}}
"""
