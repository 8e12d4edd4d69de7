"""One id for each request: answered in a header, repeated in errors, recorded in the log."""

import re
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

HEADER: Final = b"x-request-id"
_SAFE: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
"""What we repeat back: nothing that could break out of a header or a log line."""
_KEY: Final = "cipherx_request_id"


def request_id(scope: Any) -> str:
    """The caller's ``X-Request-Id`` when it is harmless, else one of our own."""
    state = scope.setdefault("state", {})
    known = state.get(_KEY)
    if known is None:
        known = state[_KEY] = _named(scope) or uuid4().hex
    return str(known)


def correlation_id(scope: Any) -> UUID:
    """What events caused by this request share: the id itself when it is a UUID."""
    text = request_id(scope)
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"request:{text}")


async def answer_request_id(message: Any, scope: Any) -> None:
    """Put the id, and what every answer carries, on an answer that is about to start."""
    if message["type"] == "http.response.start":
        message["headers"] = [
            *message.get("headers", ()),
            (HEADER, request_id(scope).encode()),
            (b"x-content-type-options", b"nosniff"),
        ]


def _named(scope: Any) -> str | None:
    for name, value in scope["headers"]:
        if name == HEADER and _SAFE.fullmatch(value):
            return str(value.decode())
    return None
