"""An API over memory for each test, and somebody who calls it."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.world import World


@pytest.fixture
def world() -> World:
    """Empty ports."""
    return World()


@pytest.fixture
async def alice(world: World) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """Alice's client."""
    async with AsyncTestClient(world.app) as client:
        client.headers["Authorization"] = "Bearer alice"
        yield client
