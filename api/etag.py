"""Versions of resources: what an ETag says and If-Match asks for."""

import re
from typing import Any, Final

from litestar import Request
from litestar.response import Response

from api.encoding import JsonAnswer
from api.ports import Malformed

_NAMED: Final = re.compile(r'(?:W/)?"(\d{1,9})"')


def expected_version(request: Request[Any, Any, Any]) -> int | None:
    """The version that ``If-Match`` names, None when any will do; raises Malformed."""
    text = request.headers.get("if-match", "*").strip()
    if text == "*":
        return None
    named = _NAMED.fullmatch(text)
    if named is None:
        raise Malformed("If-Match", 'must be the ETag of an earlier answer, such as "3", or *')
    return int(named[1])


def versioned(content: Any, version: int, status_code: int = 200) -> Response[Any]:
    """An answer that says which version of the resource it shows."""
    return JsonAnswer(content, status_code=status_code, headers={"ETag": f'"{version}"'})
