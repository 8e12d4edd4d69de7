"""Answers that many operations share, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Final

from litestar.openapi.datastructures import ResponseSpec

from api.errors import Problem

_SENTENCES: Final = {
    400: "A field breaks its rule; `error.details` names both",
    401: "No credential, or one that opens nothing",
    403: "The credential lacks the scope",
    404: "There is no such thing, or it is somebody else's",
    409: "The present state forbids it",
    412: "Changed since the version that If-Match names",
    413: "The body is larger than this takes",
    429: "Too many tries; Retry-After says when",
    503: "A server this depends on is away; try again soon",
}


def problems(*statuses: int) -> Mapping[int, ResponseSpec]:
    """These problem answers, and those that every operation may give."""
    return {status: problem(status) for status in (*statuses, 401, 403, 503)}


def problem(status: int) -> ResponseSpec:
    """A problem answer with that status."""
    return ResponseSpec(
        Problem,
        generate_examples=False,
        description=_SENTENCES[status],
        media_type="application/problem+json",
    )
