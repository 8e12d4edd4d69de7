"""The embedded Postgres: made by initdb, checked by a statement that is committed."""

import asyncio
import contextlib
import shutil
import signal
from pathlib import Path
from typing import Final

import asyncpg

from infra.embedded.credentials import write_private
from infra.embedded.ports import LOOPBACK
from infra.embedded.server import ENVIRON, POLL_SECONDS, START_SECONDS_MAX, USER, Place, Port
from infra.supervisor import child
from infra.supervisor.child import Program
from infra.supervisor.errors import ServerDidNotStart
from infra.supervisor.keeper import Launch

DATABASE: Final = "cipherx"
INITDB_SECONDS_MAX: Final = 120.0
CONNECT_SECONDS_MAX: Final = 5.0
CONFIGURATION: Final = {
    # An acknowledged fact survives a power cut.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # Loopback TCP with a password; no socket files.
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "60",
    "tcp_keepalives_idle": "30",
    # A forgotten transaction would hold back vacuum and every lock it took.
    "idle_in_transaction_session_timeout": "5s",
    # Little memory, because it shares a laptop; room for bursts of log between checkpoints.
    "shared_buffers": "96MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "max_wal_senders": "2",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "1",
    "io_method": "sync",  # the default keeps three worker processes
    "jit": "off",  # compiling costs more than our short statements
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


class Postgres:
    """One cluster in ``<data dir>/postgres/cluster`` with the database ``cipherx``."""

    name = "postgres"

    def __init__(self, place: Place, programs: Path, password: str) -> None:
        self._place, self._programs, self._password = place, programs, password
        self._port = Port()
        self._folder = place.folder(self.name)
        self._cluster = self._folder / "cluster"

    @property
    def url(self) -> str:
        """The database's address, password included."""
        return self._url(DATABASE)

    @property
    def program(self) -> Program:
        """The postmaster; SIGINT makes it end its sessions and stop cleanly."""
        options = [f"-c{name}={value}" for name, value in CONFIGURATION.items()]
        postgres = str(self._programs / "postgres")
        where = ("-D", str(self._cluster), "-p", str(self._port.number))
        return self._child("postgres", (postgres, *where, *options))

    async def prepare(self) -> None:
        """Make the cluster unless there is one; raises ServerDidNotStart when initdb fails."""
        if (self._cluster / "PG_VERSION").exists():
            # The data directory's lock says that no server of ours is left, so a pid file
            # is a killed one's, and its number may by now be anybody's.
            if not self._is_served():
                (self._cluster / "postmaster.pid").unlink(missing_ok=True)
            return
        await self._init()

    def launch(self) -> Launch:
        """The next try, on another port until one worked."""
        self._port.choose()
        return self

    async def until_ready(self, process: asyncio.subprocess.Process) -> None:
        """Return when a row was written and read back in our database."""
        async with asyncio.timeout(START_SECONDS_MAX):
            await self._ensure_database()
            connection = await self._connect(DATABASE)
            try:
                await connection.execute("CREATE TEMP TABLE readiness (answer int)")
                await connection.execute("INSERT INTO readiness VALUES (42)")
                assert await connection.fetchval("SELECT answer FROM readiness") == 42
            finally:
                await connection.close()
        self._port.hold()

    async def _init(self) -> None:
        """Into a folder of its own that gets its name last: half a cluster is never used."""
        draft, password_file = self._folder / "cluster.new", self._folder / "password"
        shutil.rmtree(draft, ignore_errors=True)
        write_private(password_file, self._password.encode())
        self._place.hand_over(password_file)
        options = ("-U", USER, "-A", "scram-sha-256", f"--pwfile={password_file}")
        shape = ("-E", "UTF8", "--no-locale", "--data-checksums", "--no-instructions")
        initdb = str(self._programs / "initdb")
        try:
            await self._run("initdb", (initdb, "-D", str(draft), *options, *shape))
        finally:
            password_file.unlink(missing_ok=True)
        draft.rename(self._cluster)

    async def _run(self, name: str, command: tuple[str, ...]) -> None:
        program = self._child(name, command)
        process = await child.spawn(program)
        try:
            code = await asyncio.wait_for(process.wait(), INITDB_SECONDS_MAX)
        finally:
            await child.stop(process, program)
        if code != 0:
            problem = f"{name} for Postgres failed ({child.exit_text(code)})"
            raise ServerDidNotStart(problem, f"Its output is in {program.output}.")

    def _child(self, name: str, command: tuple[str, ...]) -> Program:
        return Program(
            name=name,
            command=command,
            environ=ENVIRON,
            folder=self._folder,
            output=self._place.log("postgres"),
            run_as=self._place.run_as,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            keep_open=self._place.keep_open,
        )

    def _is_served(self) -> bool:
        """Whether a postmaster somebody else started works in our cluster."""
        try:
            pid = (self._cluster / "postmaster.pid").read_text().partition("\n")[0]
            return Path(f"/proc/{int(pid)}/cwd").readlink() == self._cluster.resolve()
        except (OSError, ValueError):
            return False

    async def _ensure_database(self) -> None:
        connection = await self._connect("postgres")
        try:
            if not await connection.fetchval(
                "SELECT true FROM pg_database WHERE datname = $1", DATABASE
            ):
                with contextlib.suppress(asyncpg.DuplicateDatabaseError):
                    await connection.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            await connection.close()

    async def _connect(self, database: str) -> "asyncpg.Connection[asyncpg.Record]":
        """Connect as soon as it lets us; until_ready's timeout bounds the tries."""
        while True:
            try:
                return await asyncpg.connect(self._url(database), timeout=CONNECT_SECONDS_MAX)
            except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(POLL_SECONDS)

    def _url(self, database: str) -> str:
        return f"postgresql://{USER}:{self._password}@{LOOPBACK}:{self._port.number}/{database}"
