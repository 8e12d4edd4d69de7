"""Stories on request: a rug, a sybil ring, a whale, put into the running world by name."""

from collections.abc import Callable
from typing import Final

import msgspec
from aiohttp import web

from infra.simulation.servers.production import Production
from infra.simulation.servers.replies import answer
from infra.simulation.world import scenarios
from infra.simulation.world.chain import World
from infra.simulation.world.scenarios import Story

STORIES_MAX: Final = 100
"""Stories one simulation may be told; each adds agents that live as long as it does."""


def _crash(world: World) -> Story:
    scenarios.crash(world)
    return Story("", ())


STORIES: Final[dict[str, Callable[[World], Story]]] = {
    "rug": scenarios.rug,
    "mint-inflation": lambda world: scenarios.rug(world, "mint-inflation"),
    "freeze": lambda world: scenarios.rug(world, "freeze"),
    "slow-dump": lambda world: scenarios.rug(world, "slow-dump"),
    "honest-failure": scenarios.honest_failure,
    "sybil-ring": scenarios.sybil_ring,
    "whale": scenarios.whale_accumulating,
    "crash": _crash,
}


class Stories:
    """Starts stories between two blocks."""

    def __init__(self, production: Production) -> None:
        self._production = production
        self._told = 0

    def routes(self) -> list[web.RouteDef]:
        """What the application serves for it."""
        return [
            web.get("/control/stories", self._list),
            web.post("/control/stories/{name}", self._tell),
        ]

    async def _list(self, _: web.Request) -> web.Response:
        return answer({"stories": list(STORIES)})

    async def _tell(self, request: web.Request) -> web.Response:
        story = STORIES.get(request.match_info["name"])
        if story is None:
            return answer({"error": f"expected one of {', '.join(STORIES)}"}, 404)
        if self._told >= STORIES_MAX:
            return answer({"error": f"{STORIES_MAX} stories were told already"}, 409)
        self._told += 1
        begun = story(self._production.main_world)
        return answer(msgspec.to_builtins(begun), 201)
