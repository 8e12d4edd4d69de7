"""The price of SOL in dollars as the rest of the world makes it, in calm, trend and crash."""

import math
from random import Random
from typing import Final

from msgspec import Struct

from infra.simulation.world.rates import SLOT_DEVIATION, student_t


class Regime(Struct, frozen=True):
    """A spell of the market: drift and deviation per slot of the log price, and its length."""

    name: str
    drift: float
    deviation: float
    mean_slots: int


CALM: Final = Regime("calm", 0.0, SLOT_DEVIATION * 0.7, 9_000)
UPTREND: Final = Regime("trend-up", 8e-6, SLOT_DEVIATION, 5_000)
DOWNTREND: Final = Regime("trend-down", -8e-6, SLOT_DEVIATION, 5_000)
CRASH: Final = Regime("crash", -9e-5, SLOT_DEVIATION * 4, 900)
_NEXT: Final = (CALM, CALM, CALM, UPTREND, UPTREND, DOWNTREND, DOWNTREND, CRASH)


class OutsidePrice:
    """SOL/USD, one step a slot. A float: it drives decisions, never an amount on the ledger."""

    def __init__(self, random: Random, start: float = 110.0) -> None:
        self._random = random
        self._log = math.log(start)
        self.regime = CALM
        self._left = CALM.mean_slots
        self.changed = True

    @property
    def usd(self) -> float:
        """Dollars for one SOL."""
        return math.exp(self._log)

    def micro_usd(self) -> int:
        """Dollars for one SOL in millionths, as an integer."""
        return round(self.usd * 1_000_000)

    def enter(self, regime: Regime) -> None:
        """Begin a spell of ``regime`` now."""
        self.regime = regime
        self._left = max(int(self._random.expovariate(1 / regime.mean_slots)), 1)
        self.changed = True

    def step(self) -> None:
        """Advance one slot; ``changed`` says whether a new regime began."""
        self.changed = False
        if self._left <= 0:
            self.enter(self._random.choice(_NEXT))
        self._left -= 1
        moved = self.regime.drift + self.regime.deviation * student_t(self._random)
        self._log += moved
