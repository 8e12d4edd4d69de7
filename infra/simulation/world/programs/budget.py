"""The compute budget program: how many units, at what price."""

from functools import lru_cache
from typing import Final

from infra.simulation.world.programs.ids import COMPUTE_BUDGET
from infra.simulation.world.runtime.instruction import Instruction

UNITS: Final = 150
_CACHED: Final = 4_096


@lru_cache(_CACHED)
def unit_limit(units: int) -> Instruction:
    """Ask for ``units`` compute units."""
    data = b"\x02" + units.to_bytes(4, "little")
    return Instruction(COMPUTE_BUDGET, (), b"", data, UNITS, None)


@lru_cache(_CACHED)
def unit_price(micro_lamports: int) -> Instruction:
    """Offer ``micro_lamports`` for each unit."""
    data = b"\x03" + micro_lamports.to_bytes(8, "little")
    return Instruction(COMPUTE_BUDGET, (), b"", data, UNITS, None)
