"""A simulated transaction in each form a provider returns it."""

from infra.simulation.world.render.helius_enhanced import to_helius_enhanced
from infra.simulation.world.render.helius_raw import to_helius_raw
from infra.simulation.world.render.rpc import (
    UnsupportedTransactionVersion,
    block_to_json,
    in_block,
    to_json,
)

__all__ = [
    "UnsupportedTransactionVersion",
    "block_to_json",
    "in_block",
    "to_helius_enhanced",
    "to_helius_raw",
    "to_json",
]
