"""Arbitrageurs, careful ones and those who only spam."""

from typing import ClassVar

from infra.simulation.world.agents.atomic import round_trip
from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.rates import LAMPORTS_PER_SOL, tip_lamports, unit_price


class Arbitrageur(Agent):
    """Buys in one pool and sells in another in the same transaction, or tries to."""

    kind: ClassVar[str] = "arbitrageur"
    cash_scale: ClassVar[int] = 3

    def __init__(self, economy: Economy, desk: Desk, name: str, *, reckless: bool) -> None:
        super().__init__(economy, desk, name)
        self.wallet = self.open_wallet(500 * LAMPORTS_PER_SOL)
        self.style = "spam" if reckless else "careful"
        self._reckless = reckless

    def act(self) -> list[Intent]:
        listing = self.random.choice(self.economy.established)
        pools = [pool for pool in listing.pools if pool.quote_mint is self.economy.sol]
        if len(pools) < 2:
            return []
        cheap, dear = sorted(pools, key=lambda pool: pool.price())[:: len(pools) - 1]
        spend = self.random.randrange(2, 20) * LAMPORTS_PER_SOL // 10
        urgency = Urgency(
            max(unit_price(self.random), 1_000),
            tip_lamports(self.random) if self.random.randrange(3) == 0 else 0,
        )
        return [
            round_trip(self.desk, self.wallet, cheap, dear, spend, urgency, force=self._reckless)
        ]
