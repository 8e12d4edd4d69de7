"""Makes the world a simulation asks for."""

from infra.simulation.servers.settings import Settings
from infra.simulation.world.chain import GENESIS_TIME, World


def world_of(settings: Settings) -> World:
    """A fresh world; the same settings give the same one."""
    genesis = GENESIS_TIME if settings.genesis_time is None else settings.genesis_time
    return World(settings.seed, genesis, transactions_per_second=settings.tps)
