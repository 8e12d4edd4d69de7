"""A call's parameters, however they came: query, form, multipart or JSON."""

from typing import TypeVar

import msgspec
from aiohttp import web

from infra.simulation.servers.telegram.errors import BadRequest

_T = TypeVar("_T")


class Parameters:
    """Named values as text, read as the type a method wants."""

    def __init__(self, values: dict[str, str], files: frozenset[str] = frozenset()) -> None:
        self._values = values
        self.files = files

    def text(self, name: str, default: str = "") -> str:
        """The value, or ``default``."""
        return self._values.get(name, default)

    def integer(self, name: str, default: int | None = None) -> int | None:
        """The value as an integer, or ``default`` when it is absent or not one."""
        try:
            return int(self._values[name])
        except (KeyError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Whether the value is one of Telegram's words for true."""
        return self._values.get(name, "").lower() in ("true", "1", "yes")

    def parsed(self, name: str, shape: type[_T]) -> _T | None:
        """The value's JSON as ``shape``, None when absent; raises BadRequest when malformed."""
        if not (text := self._values.get(name)):
            return None
        try:
            return msgspec.json.decode(text, type=shape)
        except msgspec.DecodeError as wrong:
            raise BadRequest(f"can't parse {name} JSON object") from wrong


async def parameters(request: web.Request) -> Parameters:
    """Read the parameters of one call; raises BadRequest for a body that cannot be read."""
    values = dict(request.query)
    files: set[str] = set()
    if request.content_type == "application/json":
        values |= _from_json(await request.read())
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, str):
                values[name] = value
            else:
                files.add(name)
    return Parameters(values, frozenset(files))


def _from_json(body: bytes) -> dict[str, str]:
    try:
        decoded = msgspec.json.decode(body or b"{}", type=dict[str, object])
    except msgspec.DecodeError as wrong:
        raise BadRequest("can't parse request body JSON object") from wrong
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in decoded.items()
        if value is not None
    }
