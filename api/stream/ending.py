"""Why we end a connection."""

from msgspec import Struct

from api.stream.protocol import Code


class Ended(Struct, frozen=True):
    """The WebSocket's close code, and what the client is told before."""

    close_code: int
    code: Code
    message: str


class Ending(Exception):
    """The connection has to end."""

    def __init__(self, close_code: int, code: Code, message: str) -> None:
        super().__init__(message)
        self.ended = Ended(close_code, code, message)
