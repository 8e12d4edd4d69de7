"""Starting the embedded servers together, keeping them up, stopping them in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Set
from typing import Final, Literal, Self

import msgspec

from infra.embedded.binaries import Binaries, find_nats, find_postgres, find_valkey
from infra.embedded.credentials import load_credentials
from infra.embedded.data_dir import DataDir
from infra.embedded.nats import Nats
from infra.embedded.postgres import Postgres
from infra.embedded.rights import choose_rights
from infra.embedded.server import Place, Server
from infra.embedded.valkey import Valkey
from infra.supervisor.child import RunAs
from infra.supervisor.keeper import Keeper

Need = Literal["postgres", "nats", "redis"]
ALL: Final[frozenset[Need]] = frozenset(("postgres", "nats", "redis"))


class ServerUrls(msgspec.Struct, frozen=True):
    """Addresses with passwords; None for a server that was not needed."""

    database_url: str | None
    nats_url: str | None
    redis_url: str | None


class EmbeddedServers:
    """The running servers of one data directory."""

    def __init__(self, servers: dict[Need, Server], say: Callable[[str], None]) -> None:
        self._servers = servers
        self.keepers = {
            need: Keeper(server.name, server.launch, say) for need, server in servers.items()
        }

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls,
        data_dir: DataDir,
        *,
        need: Set[Need] = ALL,
        binaries: Binaries | None = None,
        run_as: RunAs | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> AsyncIterator[Self]:
        """Start what is needed, all at once, and stop it on the way out.

        Raises CannotStart when one of them cannot be had; a server that dies later is
        started again on its old port, and ``say`` is told.
        """
        started = cls(_servers(data_dir, need, binaries or Binaries(), run_as), say)
        try:
            await started._start_all()
            yield started
        finally:
            await started._stop_all()

    @property
    def urls(self) -> ServerUrls:
        """Where the servers answer."""
        url = {need: server.url for need, server in self._servers.items()}
        return ServerUrls(url.get("postgres"), url.get("nats"), url.get("redis"))

    async def _start_all(self) -> None:
        outcomes = await asyncio.gather(
            *(self._start(need) for need in self._servers), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _start(self, need: Need) -> None:
        await self._servers[need].prepare()
        await self.keepers[need].start()

    async def _stop_all(self) -> None:
        """Views first, then messages, then the log: nobody loses what it still writes to."""
        for need in ("redis", "nats", "postgres"):
            if need in self.keepers:
                await self.keepers[need].stop()


def _servers(
    data_dir: DataDir, need: Set[Need], binaries: Binaries, run_as: RunAs | None
) -> dict[Need, Server]:
    if not need:
        return {}
    place = Place(data_dir.path, run_as or choose_rights(), (data_dir.lock_fd,))
    passwords = load_credentials(data_dir.path)
    servers: dict[Need, Server] = {}
    if "postgres" in need:
        servers["postgres"] = Postgres(place, find_postgres(binaries), passwords.postgres)
    if "nats" in need:
        servers["nats"] = Nats(place, find_nats(binaries), passwords.nats)
    if "redis" in need:
        servers["redis"] = Valkey(place, find_valkey(binaries), passwords.valkey)
    return servers
