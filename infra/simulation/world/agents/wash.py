"""Wash traders: one hand sells what the other buys, so that a token looks busy."""

from typing import ClassVar

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.rates import LAMPORTS_PER_SOL, unit_price


class WashTrader(Agent):
    """Works one token for a while: a buy and an equal sell from two of its wallets."""

    kind: ClassVar[str] = "wash-trader"
    cash_scale: ClassVar[int] = 3

    def __init__(self, economy: Economy, desk: Desk, name: str) -> None:
        super().__init__(economy, desk, name)
        for _ in range(4):
            self.open_wallet(40 * LAMPORTS_PER_SOL)
        self._listing: Listing | None = None
        self._rounds = 0

    def act(self) -> list[Intent]:
        self._rounds -= 1
        if self._rounds <= 0 or self._listing is None:
            self._listing = self.economy.talked_of(self.random)
            self._rounds = 40
        listing = self._listing
        pool = listing.venue() if listing is not None else None
        if listing is None or pool is None:
            return []
        sol = self.economy.sol
        buyer, seller = self.random.sample(self.wallets, 2)
        spend = self.random.randrange(20, 80) * LAMPORTS_PER_SOL // 100
        urgency = Urgency(unit_price(self.random))
        listing.attract(1.01)
        bought = pool.quote(sol, spend)
        amount = min(bought, self.desk.balance(seller, listing.mint))
        return [
            self.desk.swap(buyer, pool, sol, spend, 1_000, urgency),
            self.desk.swap(seller, pool, listing.mint, amount, 1_000, urgency),
        ]
