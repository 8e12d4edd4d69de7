"""Subscriptions over WebSocket; a client that does not read is closed, it never slows another."""

import asyncio
import contextlib
from typing import Final

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from infra.simulation.servers.faults import FaultKind, Faults, Service
from infra.simulation.servers.production import Step
from infra.simulation.servers.replies import JsonObject, encoded
from infra.simulation.servers.rpc.dispatch import (
    Dispatch,
    failed,
    positional,
    read_call,
    succeeded,
)
from infra.simulation.servers.rpc.errors import PARSE_ERROR, RpcError, invalid
from infra.simulation.servers.rpc.node import Node
from infra.simulation.servers.rpc.subscriptions import (
    KINDS,
    Subscription,
    already_settled,
    notifications,
    subscription,
)

CONNECTIONS_MAX: Final = 500
SUBSCRIPTIONS_MAX: Final = 10_000
"""Per connection; providers allow about a thousand."""
QUEUE_MAX: Final = 5_000
"""Messages waiting for one client before it is closed."""
MESSAGE_BYTES_MAX: Final = 64 * 1024


class Sockets:
    """The open WebSocket connections and what each is told."""

    def __init__(self, node: Node, dispatch: Dispatch, faults: Faults) -> None:
        self._node = node
        self._dispatch = dispatch
        self._faults = faults
        self._connections: set[_Connection] = set()
        self._next_id = 0

    def __len__(self) -> int:
        return len(self._connections)

    def next_id(self) -> int:
        """A subscription id no other has."""
        self._next_id += 1
        return self._next_id

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from handshake to close."""
        socket = web.WebSocketResponse(max_msg_size=MESSAGE_BYTES_MAX, heartbeat=30, compress=False)
        await socket.prepare(request)
        if len(self._connections) >= CONNECTIONS_MAX:
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
            return socket
        connection = _Connection(self, socket, self._node, self._dispatch)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
        return socket

    def publish(self, step: Step) -> None:
        """Tell every client what a step means to it; an outage cuts them all instead."""
        if self._connections and self._outage():
            self.cut()
            return
        for connection in list(self._connections):
            connection.publish(step, self._faults)

    def cut(self) -> None:
        """End every connection without a word."""
        for connection in list(self._connections):
            connection.cut()

    def _outage(self) -> bool:
        key = self._node.next_key("sockets")
        return self._faults.strikes(FaultKind.OUTAGE, key, Service.RPC) is not None


class _Connection:
    """One client."""

    def __init__(
        self, sockets: Sockets, socket: web.WebSocketResponse, node: Node, dispatch: Dispatch
    ) -> None:
        self._sockets = sockets
        self._socket = socket
        self._node = node
        self._dispatch = dispatch
        self._subscriptions: dict[int, Subscription] = {}
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_MAX)
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._read())]
        try:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._socket.close()

    def cut(self) -> None:
        for task in self._tasks:
            task.cancel()

    def publish(self, step: Step, faults: Faults) -> None:
        for number, wanted in list(self._subscriptions.items()):
            for result in notifications(wanted, step, self._node):
                key = self._node.next_key(f"notification/{wanted.kind}")
                if faults.strikes(FaultKind.DROP, key, Service.RPC) is None:
                    self._notify(number, wanted, result)

    def _notify(self, number: int, wanted: Subscription, result: object) -> None:
        if wanted.kind == "signature":
            self._subscriptions.pop(number, None)
        params = {"result": result, "subscription": number}
        method = f"{wanted.kind}Notification"
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def _send(self, message: object) -> None:
        try:
            self._queue.put_nowait(encoded(message))
        except asyncio.QueueFull:
            self.cut()

    async def _write(self) -> None:
        while True:
            await self._socket.send_str((await self._queue.get()).decode())

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self._obey(message.data)

    def _obey(self, text: str) -> None:
        try:
            decoded: object = msgspec.json.decode(text)
        except msgspec.DecodeError:
            self._send(failed(None, RpcError(PARSE_ERROR, "Parse error")))
            return
        for request in decoded if isinstance(decoded, list) else [decoded]:
            self._one(request)

    def _one(self, request: object) -> None:
        try:
            call = read_call(request)
        except RpcError as refused:
            self._send(failed(None, refused))
            return
        kind, ends = _kind(call.method)
        if kind is None:
            self._send(self._dispatch.answer(encoded(request)))
            return
        try:
            if ends:
                found = self._subscriptions.pop(positional(call).required(0, int), None)
                if found is None:
                    raise invalid("Invalid subscription id.")
                self._send(succeeded(call.id, result=True))
            else:
                self._subscribe(call.id, subscription(kind, positional(call)))
        except RpcError as refused:
            self._send(failed(call.id, refused))

    def _subscribe(self, call_id: str | int | None, wanted: Subscription) -> None:
        if len(self._subscriptions) >= SUBSCRIPTIONS_MAX:
            raise invalid(f"Too many subscriptions; max {SUBSCRIPTIONS_MAX}")
        number = self._sockets.next_id()
        self._subscriptions[number] = wanted
        self._send(succeeded(call_id, number))
        if wanted.kind == "signature":
            found: JsonObject | None = already_settled(wanted, self._node)
            if found is not None:
                self._notify(number, wanted, found)


def _kind(method: str) -> tuple[str | None, bool]:
    for ending in ("Unsubscribe", "Subscribe"):
        if method.endswith(ending) and (kind := method.removesuffix(ending)) in KINDS:
            return kind, ending == "Unsubscribe"
    return None, False
