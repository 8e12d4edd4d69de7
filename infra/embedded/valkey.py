"""The embedded Valkey, which speaks the Redis protocol and appends to a file."""

import asyncio
import signal
from pathlib import Path

from infra.embedded.credentials import write_private
from infra.embedded.ports import LOOPBACK
from infra.embedded.server import (
    ENVIRON,
    POLL_SECONDS,
    START_SECONDS_MAX,
    Place,
    Port,
    ask,
    quoted,
)
from infra.supervisor.child import Program
from infra.supervisor.keeper import Launch


class Valkey:
    """One server in ``<data dir>/valkey``; it forgets at most a second when power fails.

    Views carry their checkpoint, so what is forgotten is read again from the log. Nothing
    is ever evicted: a view without one of its keys would be wrong without knowing it.
    """

    name = "valkey"

    def __init__(self, place: Place, valkey_server: Path, password: str) -> None:
        self._place, self._valkey_server, self._password = place, valkey_server, password
        self._port = Port()
        self._folder = place.folder(self.name)

    @property
    def url(self) -> str:
        """The server's address, password included."""
        return f"redis://:{self._password}@{LOOPBACK}:{self._port.number}/0"

    @property
    def program(self) -> Program:
        """The server, reading the file ``launch`` wrote."""
        return Program(
            name=self.name,
            command=(str(self._valkey_server), str(self._configuration_file)),
            environ=ENVIRON,
            folder=self._folder,
            output=self._place.log(self.name),
            run_as=self._place.run_as,
            orphan_signal=signal.SIGTERM,
            keep_open=self._place.keep_open,
        )

    async def prepare(self) -> None:
        """Nothing to make: an empty folder is an empty server."""

    def launch(self) -> Launch:
        """The next try, on another port until one worked."""
        self._port.choose()
        write_private(self._configuration_file, self._configuration().encode())
        self._place.hand_over(self._configuration_file)
        return self

    async def until_ready(self, process: asyncio.subprocess.Process) -> None:
        """Return when it has loaded its file and answers PING."""
        request = f"AUTH {self._password}\r\nPING\r\n".encode()
        async with asyncio.timeout(START_SECONDS_MAX):
            while True:
                try:
                    await ask(self._port.number, request, b"+PONG\r\n")
                    break
                except (OSError, EOFError, TimeoutError):
                    await asyncio.sleep(POLL_SECONDS)
        self._port.hold()

    @property
    def _configuration_file(self) -> Path:
        return self._folder / "valkey.conf"

    def _configuration(self) -> str:
        return f"""\
# Written at every start.
bind {LOOPBACK}
port {self._port.number}
requirepass {quoted(self._password)}
dir {quoted(self._folder)}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
tcp-keepalive 30
loglevel notice
"""
