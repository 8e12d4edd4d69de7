"""Whether what we show is real: said in every answer, kept with every transaction."""

from contextvars import ContextVar
from typing import Any, Final

LIVE: Final = "live"
SIMULATED: Final = "simulated"
PROCESS_SOURCE: Final = ContextVar("process_source", default=LIVE)
"""What this process was started with; ``Dependencies`` takes it unless told otherwise."""
HEADER: Final = b"x-cipherx-source"


class AnswerSource:
    """Puts the source on an answer that is about to start."""

    def __init__(self, source: str) -> None:
        self._header = HEADER, source.encode()

    async def __call__(self, message: Any, _scope: Any) -> None:
        """Called by Litestar before each message it sends."""
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), self._header]
