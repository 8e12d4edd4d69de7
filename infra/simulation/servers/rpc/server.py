"""The RPC endpoint: JSON-RPC by POST, subscriptions by WebSocket, ``/health`` by GET."""

from aiohttp import web

from infra.simulation.servers.faults import FaultKind, Faults, Service
from infra.simulation.servers.production import Step
from infra.simulation.servers.replies import answer
from infra.simulation.servers.rpc.dispatch import Dispatch, failed, method_table
from infra.simulation.servers.rpc.errors import TOO_MANY_REQUESTS, RpcError
from infra.simulation.servers.rpc.node import Node
from infra.simulation.servers.rpc.websocket import Sockets


class RpcServer:
    """One RPC node."""

    def __init__(self, node: Node, faults: Faults) -> None:
        self._node = node
        self._faults = faults
        self._dispatch = Dispatch(method_table(node))
        self._sockets = Sockets(node, self._dispatch, faults)

    def routes(self) -> list[web.RouteDef]:
        """What the application serves for it."""
        return [
            web.post("/", self._post),
            web.get("/", self._get),
            web.get("/health", self._health),
            web.get("/control/rpc/calls", self._called),
        ]

    def publish(self, step: Step) -> None:
        """Tell subscribers about a block."""
        self._sockets.publish(step)

    def stop(self) -> None:
        """End the WebSocket connections."""
        self._sockets.cut()

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.read()
        key = self._node.next_key("rpc")
        fault = self._faults.strikes(FaultKind.RATE_LIMIT, key, Service.RPC)
        if fault is not None:
            refused = RpcError(TOO_MANY_REQUESTS, "Too many requests for a specific RPC call")
            return answer(failed(None, refused), 429, {"Retry-After": str(fault.amount)})
        return answer(self._dispatch.answer(body))

    async def _get(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._sockets.serve(request)
        text = "Used HTTP Method is not allowed. POST or OPTIONS is required"
        return web.Response(status=405, text=text, headers={"Allow": "POST"})

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _called(self, _: web.Request) -> web.Response:
        return answer({"calls": self._dispatch.calls, "sockets": len(self._sockets)})
