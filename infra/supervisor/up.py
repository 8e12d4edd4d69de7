"""Everything in one go: servers, schema, roles; and all of it down again."""

import asyncio
import contextlib
import functools
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from infra.embedded import EmbeddedServers
from infra.embedded.binaries import Binaries
from infra.embedded.data_dir import DataDir
from infra.instance import Instance, Process, forget_instance, write_instance
from infra.settings import Settings, read_settings
from infra.supervisor.banner import banner
from infra.supervisor.console import Console
from infra.supervisor.environment import children_environ, describe, missing_servers
from infra.supervisor.keeper import Keeper
from infra.supervisor.port import choose_port
from infra.supervisor.prepare import prepare_in_child
from infra.supervisor.replay import replay_in_child
from infra.supervisor.roles import Role, RoleLaunch, known_roles
from infra.supervisor.simulation import ROLE, simulated_environ, stands_in, trading_wallet


class Plan(msgspec.Struct, frozen=True):
    """What to run besides the servers."""

    roles: tuple[Role, ...]
    skipped: tuple[str, ...] = ()
    replay: Path | None = None
    simulation: bool = False
    """Whether the simulated chain may stand in when nothing real is configured."""


def default_plan(replay: Path | None = None, *, simulation: bool = True) -> Plan:
    """Every role this version has; recorded transactions take the simulation's place."""
    missing: list[str] = []
    roles = known_roles(missing)
    return Plan(roles, tuple(missing), replay, simulation and replay is None)


def run_up(settings: Settings, environ: Mapping[str, str], plan: Plan) -> int:
    """Run until SIGINT, SIGTERM or SIGHUP; returns 0 after a clean stop, raises CannotStart.

    A second signal does not wait: the kernel then ends the children, as it would if we died.
    """
    return asyncio.run(_until_signal(settings, environ, plan))


async def _until_signal(settings: Settings, environ: Mapping[str, str], plan: Plan) -> int:
    working = asyncio.ensure_future(_Up(settings, environ, plan).run())
    told = False

    def on_signal() -> None:
        nonlocal told
        if told:
            os._exit(130)
        told = True
        working.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, on_signal)
    try:
        await working
    except asyncio.CancelledError:
        if not told:
            raise
    return 0


class _Up:
    def __init__(self, settings: Settings, environ: Mapping[str, str], plan: Plan) -> None:
        self._settings, self._environ, self._plan = settings, environ, plan
        self._console = Console(as_json=settings.log_format == "json")
        self._keepers: list[Keeper] = []
        self._roles: list[Keeper] = []
        self._instance: Instance | None = None

    async def run(self) -> None:
        settings, say = self._settings, self._console.say
        async with contextlib.AsyncExitStack() as stack:
            data_dir = DataDir.open(settings.data_dir, say)
            stack.callback(data_dir.close)
            port = choose_port(settings, say)
            servers = await stack.enter_async_context(
                EmbeddedServers.start(
                    data_dir,
                    need=missing_servers(settings),
                    binaries=_binaries(settings),
                    say=self._told,
                )
            )
            stack.callback(say, "stopping the servers")
            environ = children_environ(settings, self._environ, servers.urls, port)
            simulated = self._plan.simulation and stands_in(settings, say)
            if simulated:
                environ |= simulated_environ()
            prepared = await prepare_in_child(environ, self._console)
            self._keepers += servers.keepers.values()
            stack.push_async_callback(self._stop_roles)
            await self._start_roles(self._plan.roles, environ)
            if simulated:  # last: deliveries that nobody takes are lost
                say("starting the SIMULATED chain: nothing here is real")
                await self._start_roles((ROLE,), environ)
            self._instance = describe(read_settings(environ), prepared)
            stack.callback(forget_instance, settings.data_dir)
            self._publish()
            wallet = await trading_wallet(self._instance) if simulated else None
            skipped = self._plan.skipped
            shown = banner(self._instance, skipped=skipped, simulated=simulated, wallet=wallet)
            sys.stdout.write(shown)
            sys.stdout.flush()
            if self._plan.replay is not None:
                await replay_in_child(self._plan.replay, environ, self._console)
            await asyncio.Event().wait()  # until a signal cancels us

    async def _start_roles(self, roles: tuple[Role, ...], environ: Mapping[str, str]) -> None:
        keepers = [
            Keeper(
                role.name,
                functools.partial(RoleLaunch, role, environ),
                self._told,
                read_output=self._console.relay,
            )
            for role in roles
        ]
        self._roles += keepers
        self._keepers += keepers
        outcomes = await asyncio.gather(
            *(keeper.start() for keeper in keepers), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _stop_roles(self) -> None:
        self._console.say("stopping; what was taken is finished first")
        await asyncio.gather(*(keeper.stop() for keeper in self._roles))

    def _told(self, text: str) -> None:
        self._console.say(text)
        self._publish()

    def _publish(self) -> None:
        """Write what runs now; a restart has changed it."""
        if self._instance is not None:
            kept = (
                Process(keeper.name, keeper.pid, keeper.restarts, keeper.last_end)
                for keeper in self._keepers
            )
            processes = (Process("up", os.getpid()), *kept)
            self._instance = msgspec.structs.replace(self._instance, processes=processes)
            write_instance(self._instance)


def _binaries(settings: Settings) -> Binaries:
    return Binaries(settings.postgres_bin, settings.nats_server, settings.valkey_server)
