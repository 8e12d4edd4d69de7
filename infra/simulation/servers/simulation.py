"""All servers of one simulated chain in one event loop, on loopback."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web

from infra.simulation.servers.accounts import AccountStates
from infra.simulation.servers.control import Control
from infra.simulation.servers.fault_flags import fault_orders
from infra.simulation.servers.faults import FaultKind, Faults, Service
from infra.simulation.servers.helius.account import API_KEY
from infra.simulation.servers.helius.server import HeliusServer
from infra.simulation.servers.history import History
from infra.simulation.servers.mail.sink import MailSink
from infra.simulation.servers.pace import Pace
from infra.simulation.servers.production import Production, Step
from infra.simulation.servers.replies import REQUEST_BYTES_MAX, answer, monotonic_ms
from infra.simulation.servers.rpc.node import Node
from infra.simulation.servers.rpc.server import RpcServer
from infra.simulation.servers.settings import LOOPBACK, Settings
from infra.simulation.servers.stories import Stories
from infra.simulation.servers.telegram.server import TOKEN, TelegramServer
from infra.simulation.servers.truth import TruthKeeper
from infra.simulation.servers.worlds import world_of
from infra.simulation.world.truth import Truth

SHUTDOWN_SECONDS: Final = 0.2
"""What open requests, long polls above all, are given to end."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Addresses(msgspec.Struct, frozen=True, rename="camel"):
    """Where everything is, in the form the settings of CipherX take it."""

    simulated: bool
    seed: int
    rpc: str
    websocket: str
    helius: str
    helius_api_key: str
    telegram: str
    telegram_token: str
    smtp: str
    control: str


class Simulation:
    """Starts, paces and stops one simulated chain."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.faults = Faults(settings.seed, monotonic_ms)
        self._history = History()
        self._states = AccountStates()
        self._production = Production(world_of(settings), self._history, self.faults)
        self.pace = Pace(self._production, settings.speed)
        node = Node(self._production, self._history, self._states, self.faults)
        self.rpc = RpcServer(node, self.faults)
        self.helius = HeliusServer(node, self.faults, settings.seed, monotonic_ms)
        self.telegram = TelegramServer(self.faults, monotonic_ms, lambda: int(time.time()))
        self.mail = MailSink(self.faults)
        self._truth = TruthKeeper(self._production)
        self.pace.listen(self._remember)
        self.pace.listen(self._truth.keep)
        self._requests = 0
        self._runner: web.AppRunner | None = None
        self._pacing: asyncio.Task[None] | None = None
        self.addresses: Addresses | None = None

    async def start(self) -> Addresses:
        """Warm up, listen and begin; everything is answering when this returns."""
        if self._settings.truth_path is not None:
            self._truth.write_to(self._settings.truth_path)
        for _ in range(self._settings.warm_up_blocks):
            self.pace.step()
        self.pace.listen(self.rpc.publish)
        self.pace.listen(self.helius.publish)
        for order in fault_orders(self._settings.faults):
            self.faults.arm(order)
        await self.helius.start()
        await self.telegram.start()
        await self.mail.start(LOOPBACK, self._settings.smtp_port)
        self._runner = web.AppRunner(
            self._application(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, self._settings.port)
        await site.start()
        port = self._runner.addresses[0][1]
        self._pacing = asyncio.create_task(self.pace.run())
        self.addresses = self._addresses(port)
        return self.addresses

    async def stop(self) -> None:
        """End everything; harmless when it never started."""
        if self._pacing is not None:
            self._pacing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pacing
        self._truth.close()
        self.rpc.stop()
        await self.telegram.stop()
        await self.helius.stop()
        await self.mail.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def truth(self) -> Truth:
        """What is true and cannot be seen on the chain."""
        return self._truth.truth()

    def _remember(self, step: Step) -> None:
        if step.dropped:
            self._states.drop_above(step.dropped[0].slot - 1)
        self._states.record(step.produced, self._production.world)

    def _application(self) -> web.Application:
        application = web.Application(
            client_max_size=REQUEST_BYTES_MAX, middlewares=[self._unless_out]
        )
        control = Control(self.faults, self._production, self.pace, self.mail, self._truth)
        stories = Stories(self._production)
        for server in (self.rpc, self.helius, self.telegram, control, stories):
            application.add_routes(server.routes())
        application.add_routes([web.get("/control", self._shown)])
        application.on_response_prepare.append(_mark)
        return application

    @web.middleware
    async def _unless_out(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Cut the connection of a request that an outage strikes."""
        service = _service(request.path)
        if service is not None:
            self._requests += 1
            key = f"request/{self._requests}"
            if self.faults.strikes(FaultKind.OUTAGE, key, service) and request.transport:
                request.transport.abort()
                return web.Response(status=503)
        return await handler(request)

    async def _shown(self, _: web.Request) -> web.Response:
        return answer({"addresses": self.addresses, "slot": self.pace.slot})

    def _addresses(self, port: int) -> Addresses:
        http = f"http://{LOOPBACK}:{port}"
        return Addresses(
            simulated=True,
            seed=self._settings.seed,
            rpc=http,
            websocket=f"ws://{LOOPBACK}:{port}",
            helius=http,
            helius_api_key=API_KEY,
            telegram=f"{http}/bot",
            telegram_token=TOKEN,
            smtp=f"smtp://{LOOPBACK}:{self.mail.port}",
            control=f"{http}/control",
        )


def _service(path: str) -> Service | None:
    if path in ("/", "/health"):
        return Service.RPC
    if path.startswith("/v0/"):
        return Service.HELIUS
    return Service.TELEGRAM if path.startswith("/bot") else None


async def _mark(_: web.Request, response: web.StreamResponse) -> None:
    """Say in every answer that none of this is real."""
    response.headers["Server"] = "cipherx-simulation"
    response.headers["X-Simulated"] = "true"
