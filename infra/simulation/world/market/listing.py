"""A token as the market sees it: where it trades, what it is worth, how much it is talked of."""

import math
from random import Random
from typing import Final

from infra.simulation.world.market.pool import Pool
from infra.simulation.world.programs.pump import BondingCurve
from infra.simulation.world.rates import student_t
from infra.simulation.world.runtime.account import LedgerAccount, MintState

_DEVIATION: Final = 0.0009
"""Of an established token's value over one slot: about five times SOL's."""
_SPELL_SLOTS: Final = 2_500
_DRIFTS: Final = (-90, -60, -30, 0, 30, 60, 90)
"""Drift of a spell in parts per million a slot: up to 20 % over a spell."""
_BETA: Final = 0.6
"""How much further than SOL tokens go in SOL when the market moves."""
ATTENTION_MAX: Final = 80.0
"""No token is talked of more; the median established one is at about 2."""
_PPM: Final = 1_000_000


class Listing:
    """One token. ``value`` is its hidden worth in lamports a base unit, for established ones."""

    def __init__(self, mint: MintState, creator: LedgerAccount, opened: int) -> None:
        self.mint = mint
        self.creator = creator
        self.opened = opened
        self.pools: list[Pool] = []
        self.curve: BondingCurve | None = None
        self.attention = 1.0
        self.usual_attention = 1.0
        self.established = False
        self.drift_ppm = 0
        self.drift_changed = False
        self.outcome = "trading"
        self.seen_price = 0.0
        self._log_value = 0.0
        self._left = 0
        self.spells = 0

    def anchor(self) -> None:
        """Take the present price as the token's worth, and let it be established."""
        self.established = True
        self.usual_attention = self.attention
        self._log_value = math.log(self.pools[0].price())

    @property
    def value(self) -> float:
        """Hidden worth, in lamports a base unit."""
        return math.exp(self._log_value)

    def step(self, random: Random, tide: float) -> None:
        """Advance the worth by one slot; a spell that ends makes way for another drift.

        ``tide`` is the drift of the whole market: tokens rise and fall with it, but more.
        """
        self.drift_changed = False
        self._left -= 1
        if self._left <= 0:
            self._left = max(int(random.expovariate(1 / _SPELL_SLOTS)), 100)
            self.drift_ppm = random.choice(_DRIFTS)
            self.drift_changed = True
            self.spells += 1
        moved = self.drift_ppm / _PPM + _DEVIATION * student_t(random)
        self._log_value += moved + _BETA * tide

    def attract(self, factor: float) -> None:
        """Have the token talked of ``factor`` times as much, within what a public can talk."""
        self.attention = min(self.attention * factor, ATTENTION_MAX)

    def fade(self, share: float) -> None:
        """Lose that share of the attention; an established token only what is unusual."""
        usual = self.usual_attention if self.established else 0.0
        self.attention -= (self.attention - usual) * share

    def venue(self) -> Pool | None:
        """Where it trades now: the deepest open pool."""
        if self.pools:
            return self.pools[0]
        return self.curve

    def price(self) -> float:
        """Lamports a base unit where it trades, 0 when it does not."""
        pool = self.venue()
        return pool.price() if pool is not None else 0.0
