"""JSON in and out of aiohttp, through msgspec, with one shape for refusals of our own."""

import time
from typing import Final, TypeVar

import msgspec
from aiohttp import web

REQUEST_BYTES_MAX: Final = 8 * 1024 * 1024
"""A webhook of 100,000 addresses is about 4.7 MB; nothing larger is asked of these servers."""

JsonObject = dict[str, object]
_T = TypeVar("_T")
_encoder = msgspec.json.Encoder()


def encoded(body: object) -> bytes:
    """``body`` as JSON bytes; structs, mappings, lists and scalars."""
    return _encoder.encode(body)


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An HTTP response that carries ``body`` as JSON."""
    return web.Response(
        body=_encoder.encode(body), status=status, headers=headers, content_type="application/json"
    )


async def read(request: web.Request, shape: type[_T]) -> _T:
    """The request's JSON as ``shape``; raises HTTPBadRequest that says what was wrong with it."""
    body = await request.read() or b"{}"
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as wrong:
        raise web.HTTPBadRequest(
            body=_encoder.encode({"error": str(wrong)}), content_type="application/json"
        ) from wrong


def monotonic_ms() -> int:
    """The process's steady clock in milliseconds."""
    return time.monotonic_ns() // 1_000_000
