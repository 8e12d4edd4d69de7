"""One short history of a world, shared by the tests that only read it."""

from typing import NamedTuple

import pytest

from infra.simulation.world.chain import World
from infra.simulation.world.record import blocks
from infra.simulation.world.transaction import Block, SimulatedTransaction
from infra.simulation.world.truth import Truth


class History(NamedTuple):
    """A world after a while, and what happened in it."""

    world: World
    blocks: tuple[Block, ...]
    truth: Truth

    @property
    def transactions(self) -> list[SimulatedTransaction]:
        return [tx for block in self.blocks for tx in block.transactions]


@pytest.fixture(scope="session")
def history() -> History:
    world = World(7, votes_per_block=1)
    made = tuple(blocks(world, 4_000))
    return History(world, made, world.truth())
