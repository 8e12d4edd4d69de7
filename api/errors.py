"""Errors as answers: one table, one shape (RFC 9457 that also carries the published one)."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from litestar import Request
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.response import Response
from msgspec import Struct

from api.encoding import JsonAnswer
from api.ports import (
    Forbidden,
    Malformed,
    Overloaded,
    Refused,
    TooManyTries,
    Unauthenticated,
)
from api.request_id import request_id
from commands.ports import ConcurrencyConflict
from domain.chain.errors import MalformedTransaction
from domain.errors import (
    DomainError,
    InvalidAddress,
    InvalidValue,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from projections.ports import StoreUnavailable

PROBLEM_JSON: Final = "application/problem+json"
TYPES_ROOT: Final = "https://cipherx.dev/problems/"
"""Identifies a kind of problem for good; nothing has to be there."""

TABLE: Final[Mapping[type[Exception], tuple[int, str]]] = {
    InvalidAddress: (400, "INVALID_ADDRESS"),
    InvalidValue: (400, "INVALID_VALUE"),
    MalformedTransaction: (400, "MALFORMED_BODY"),
    NotFound: (404, "RESOURCE_NOT_FOUND"),
    NotAllowed: (409, "NOT_ALLOWED"),
    StaleVersion: (412, "STALE_VERSION"),
    DomainError: (422, "REFUSED"),
    ConcurrencyConflict: (409, "CONCURRENT_CHANGE"),
    Unauthenticated: (401, "UNAUTHORIZED"),
    Forbidden: (403, "INSUFFICIENT_SCOPE"),
    Malformed: (400, "INVALID_VALUE"),
    TooManyTries: (429, "RATE_LIMIT_EXCEEDED"),
    Overloaded: (503, "SERVICE_UNAVAILABLE"),
    StoreUnavailable: (503, "SERVICE_UNAVAILABLE"),
    SerializationException: (400, "MALFORMED_BODY"),
    UnicodeDecodeError: (400, "MALFORMED_BODY"),
    RecursionError: (400, "MALFORMED_BODY"),
    ValidationException: (400, "INVALID_VALUE"),
}
"""The nearest base class of an error decides. What is not here is our own mistake: 500."""

_FRAMEWORK_CODES: Final = {
    400: "MALFORMED_BODY",
    401: "UNAUTHORIZED",
    403: "INSUFFICIENT_SCOPE",
    404: "RESOURCE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "RATE_LIMIT_EXCEEDED",
}
_SENTENCES: Final[Mapping[type[Exception], str]] = {
    UnicodeDecodeError: "the body must be UTF-8",
    RecursionError: "the body is nested too deeply",
}
_WRITTEN: Final = {
    "data": "body",
    "after": "from",
    "event_type": "type",
    "per_page": "perPage",
}
"""Parameters whose name in Python is another."""
_MISSING: Final = re.compile(r"missing required field `(\w+)`")
RETRY_AFTER_SECONDS: Final = 1
"""Our servers come back within seconds."""
logger = structlog.get_logger(__name__)


class Rule(Struct, frozen=True):
    """A field of the request and the rule it breaks."""

    field: str
    rule: str


class PublishedError(Struct, frozen=True):
    """The published shape."""

    code: str
    message: str
    details: Sequence[Rule]


class Problem(Struct, frozen=True, rename="camel"):
    """What went wrong, for programs (``type``, ``code``) and for people (``detail``)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    error: PublishedError


def problem_answer(
    request: Request[Any, Any, Any], error: Exception, outages: tuple[type[Exception], ...] = ()
) -> Response[Any]:
    """The answer to any error; one of our own mistakes is logged once and not described."""
    status, code = _judged(error, outages)
    detail, details = _told(error, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        logger.warning("a server is away", path=request.url.path, error=repr(error))
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request failed", path=request.url.path, exc_info=error)
    problem = Problem(
        type=TYPES_ROOT + code.lower().replace("_", "-"),
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        request_id=request_id(request.scope),
        error=PublishedError(code, detail, details),
    )
    return JsonAnswer(
        problem, status_code=status, media_type=PROBLEM_JSON, headers=_headers(error, status)
    )


def _judged(error: Exception, outages: tuple[type[Exception], ...]) -> tuple[int, str]:
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    if isinstance(error, HTTPException):
        status = error.status_code
        return status, _FRAMEWORK_CODES.get(status, "INTERNAL_ERROR")
    if isinstance(error, outages) and not isinstance(error, ValueError):  # a value is our mistake
        return 503, "SERVICE_UNAVAILABLE"
    return 500, "INTERNAL_ERROR"


def _told(error: Exception, status: int) -> tuple[str, Sequence[Rule]]:
    """A sentence for the caller, and which fields it is about."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        if isinstance(error, Refused):
            return str(error), ()
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return "a server this depends on is away; try again soon", ()
        return "something broke on our side; the request id finds it in our logs", ()
    match error:
        case InvalidValue() | Malformed():
            return str(error), (Rule(error.field, error.rule),)
        case MalformedTransaction():
            return str(error), (Rule(error.field, error.problem),)
        case ValidationException():
            details = _rules(error)
            return "; ".join(f"{rule.field}: {rule.rule}" for rule in details), details
        case HTTPException():
            return error.detail, ()
    return _SENTENCES.get(type(error), str(error)), ()


def _rules(error: ValidationException) -> Sequence[Rule]:
    found = error.extra if isinstance(error.extra, list) else []
    rules = [Rule(_field(entry), str(entry.get("message"))) for entry in found]
    return rules or [Rule("request", error.detail)]


def _field(entry: Any) -> str:
    """The field's name as the caller writes it."""
    name = str(entry.get("key", "body"))
    name = _WRITTEN.get(name, name)
    missing = _MISSING.search(str(entry.get("message")))
    if missing is not None:
        return missing[1] if name == "body" else f"{name}.{missing[1]}"
    return name


def _headers(error: Exception, status: int) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="cipherx"'}
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        seconds = error.retry_after_seconds if isinstance(error, Refused) else None
        return {"Retry-After": str(seconds or RETRY_AFTER_SECONDS)}
    if isinstance(error, HTTPException) and error.headers:
        return dict(error.headers)
    return {}
