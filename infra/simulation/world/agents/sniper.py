"""Snipers: first in on every launch, at any fee, and out again before most have noticed."""

from typing import ClassVar

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.rates import LAMPORTS_PER_SOL, log_normal, tip_lamports
from infra.simulation.world.tokens.plan import LaunchPlan


class Sniper(Agent):
    """A bot with one wallet; ``hears`` makes it buy within three slots of a launch."""

    kind: ClassVar[str] = "sniper"
    cash_scale: ClassVar[int] = 4

    def __init__(self, economy: Economy, desk: Desk, name: str, *, picky: int) -> None:
        super().__init__(economy, desk, name)
        self.wallet = self.open_wallet(log_normal(self.random, 80 * LAMPORTS_PER_SOL, 0.5))
        self._picky = picky
        self._positions: list[Listing] = []

    def hears(self, listing: Listing, _plan: LaunchPlan) -> None:
        """Decide on a launch; the buy reaches a leader one to three slots later."""
        if self.random.randrange(self._picky) == 0:
            wait = self.random.randrange(1, 4)
            self.economy.schedule(wait, lambda: self._enter(listing))

    def act(self) -> list[Intent]:
        if not self._positions:
            return []
        return self._leave(self.random.choice(self._positions))

    def _enter(self, listing: Listing) -> list[Intent]:
        pool = listing.venue()
        if pool is None:
            return []
        sol = self.economy.sol
        most = self.desk.balance(self.wallet, sol) // 10
        spend = min(log_normal(self.random, LAMPORTS_PER_SOL, 0.8), most)
        self._positions.append(listing)
        wait = int(self.random.expovariate(1 / 120)) + 4
        self.economy.schedule(wait, lambda: self._leave(listing))
        return [self.desk.swap(self.wallet, pool, sol, spend, 3_000, self._eager())]

    def _leave(self, listing: Listing) -> list[Intent]:
        if listing in self._positions:
            self._positions.remove(listing)
        pool = listing.venue()
        amount = self.desk.balance(self.wallet, listing.mint)
        if pool is None or amount == 0:
            return []
        return [
            self.desk.swap(
                self.wallet, pool, listing.mint, amount, 3_000, self._eager(), close=True
            )
        ]

    def _eager(self) -> Urgency:
        price = log_normal(self.random, 900_000, 1.2)
        return Urgency(min(price, 20_000_000), 10 * tip_lamports(self.random))
