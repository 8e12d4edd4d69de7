"""The Lua scripts, loaded once and sent again to a server that forgot them."""

from importlib import resources
from typing import Final

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

_NAMES: Final = ("read", "write", "switch", "list")
_SOURCES: Final = {
    name: (resources.files("infra.redis") / "lua" / f"{name}.lua").read_text() for name in _NAMES
}


class Scripts:
    """What a view does in one step on the server."""

    def __init__(self, client: Redis) -> None:
        self.read: Final = self._registered(client, "read")
        self.write: Final = self._registered(client, "write")
        self.switch: Final = self._registered(client, "switch")
        self.list: Final = self._registered(client, "list")

    @staticmethod
    def _registered(client: Redis, name: str) -> AsyncScript:
        return client.register_script(_SOURCES[name])
