"""What a node, or all of them, may answer instead of a result.

RpcFailure                  no usable answer
├── RpcUnavailable          no endpoint answered in the time allowed: try again later
├── RpcBehind               nobody has reached the slot asked for: try again later
└── RpcRefused              a node understood and refused; its code says why
"""

from typing import Final

BLOCK_CLEANED_UP: Final = -32001
BLOCK_NOT_AVAILABLE: Final = -32004
NODE_UNHEALTHY: Final = -32005
SLOT_SKIPPED: Final = -32007
SLOT_SKIPPED_LONG_AGO: Final = -32009
MIN_CONTEXT_SLOT: Final = -32016
TOO_MANY_REQUESTS: Final = 429
INTERNAL: Final = (-32603, -32000)


class RpcFailure(Exception):
    """There is no usable answer."""


class RpcUnavailable(RpcFailure):
    """No endpoint answered; nothing is known."""


class RpcBehind(RpcFailure):
    """Every endpoint that answered has yet to reach the slot asked for."""


class RpcRefused(RpcFailure):
    """A node refused one call."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method}: {message} ({code})")
        self.method = method
        self.code = code


class EndpointFailed(Exception):
    """One endpoint did not answer as it should; another may. ``rest_seconds`` is what it asked
    for (Retry-After), None when it said nothing."""

    def __init__(self, reason: str, rest_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.rest_seconds = rest_seconds
