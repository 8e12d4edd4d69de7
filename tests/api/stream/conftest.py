"""A world whose hub runs."""

from collections.abc import AsyncIterator

import pytest

from tests.api.world import World


@pytest.fixture
async def live() -> AsyncIterator[World]:
    """Events reach the stream as they are recorded."""
    world = World()
    async with world.hub.running(None):
        yield world
