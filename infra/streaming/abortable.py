"""uvicorn's WebSockets, which the application may also end without waiting for the peer.

Closing politely waits until everything written is taken: a peer that never reads would keep
its connection, and our memory, for ever.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.stream.route import ABORT


class AbortableWebSockets(WebSocketsSansIOProtocol):
    """Puts ``ABORT`` into the scope's extensions."""

    async def run_asgi(self) -> None:
        """Run the application with a way to end the connection."""
        extensions = self.scope.get("extensions")
        assert extensions is not None
        extensions[ABORT] = {"call": self.transport.abort}
        await super().run_asgi()
