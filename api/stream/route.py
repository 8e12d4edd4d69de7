"""``/v1/stream``: takes WebSocket connections in, from pages of our own origin or from programs."""

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import asgi
from litestar.handlers import ASGIRouteHandler

from api.ports import Authenticator
from api.source import HEADER, LIVE
from api.stream.hub import Hub
from api.stream.session import Session
from projections.ports import LogReader

PATH: Final = "/v1/stream"
ABORT: Final = "cipherx.abort"
"""Extension of our server that ends a connection at once."""
_UPGRADE: Final = b"This is a WebSocket: connect with ws:// or wss://\n"


def stream_route(
    hub: Hub, reader: LogReader, authenticator: Authenticator, source: str = LIVE
) -> ASGIRouteHandler:
    """The one endpoint of the stream."""

    @asgi(PATH, copy_scope=True)
    async def stream(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            await _refuse(send)
            return
        await receive()  # websocket.connect
        if not _is_own_origin(scope):
            await send({"type": "websocket.close", "code": 1008})  # answered 403
            return
        await send({"type": "websocket.accept", "headers": [(HEADER, source.encode())]})
        abort = scope.get("extensions", {}).get(ABORT, {}).get("call")
        session = Session(receive, send, abort, hub, reader, authenticator, source=source)
        await session.run()

    return stream


def _is_own_origin(scope: Any) -> bool:
    """Programs send no Origin; a page of somebody else's has theirs."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    if origin is None:
        return True
    try:
        theirs = urlsplit(origin.decode("latin-1")).netloc
    except ValueError:
        return False
    return bool(theirs == headers.get(b"host", b"").decode("latin-1"))


async def _refuse(send: Any) -> None:
    headers = [(b"upgrade", b"websocket"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 426, "headers": headers})
    await send({"type": "http.response.body", "body": _UPGRADE})
