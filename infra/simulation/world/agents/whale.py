"""Whales: one person with several wallets, who moves in slowly and out when it suits."""

from typing import ClassVar, Final

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.agents.paths import Paths
from infra.simulation.world.desk import Desk
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.opening import grant
from infra.simulation.world.rates import LAMPORTS_PER_SOL, log_normal

STYLES: Final = ("accumulates", "distributes", "swings")
_SLIPPAGE_BPS: Final = 200
_REST_SLOTS: Final = 6_000


class Whale(Agent):
    """Works one token at a time in slices, from whichever of its wallets is next."""

    kind: ClassVar[str] = "whale"
    cash_scale: ClassVar[int] = 20

    def __init__(
        self,
        economy: Economy,
        desk: Desk,
        paths: Paths,
        name: str,
        style: str,
        target: Listing | None = None,
        wallet_count: int | None = None,
    ) -> None:
        super().__init__(economy, desk, name)
        self._paths = paths
        self.style = style
        for _ in range(wallet_count or self.random.randrange(2, 6)):
            self.open_wallet(log_normal(self.random, 900 * LAMPORTS_PER_SOL, 0.5))
        self.target = target or self.random.choice(economy.established)
        self._buying = style != "distributes"
        self._slices = self.random.randrange(20, 60)
        self._turn = 0
        self._rests_until = 0
        if not self._buying:
            stock = self.target.pools[0].reserves()[0] // 10
            grant(self.wallets[0], self.target.mint, stock, economy)

    def act(self) -> list[Intent]:
        if self.economy.slot < self._rests_until:
            return []
        self._turn += 1
        wallet = self.wallets[self._turn % len(self.wallets)]
        self._slices -= 1
        if self._slices <= 0:
            self._turn_around()
        if self._buying:
            spend = log_normal(self.random, 8 * LAMPORTS_PER_SOL, 0.6)
            spend = min(spend, self.desk.balance(wallet, self.economy.sol) // 4)
            return [
                self._paths.buy(
                    self.random, wallet, self.target, spend, _SLIPPAGE_BPS, self.ordinary()
                )
            ]
        wallet = max(self.wallets, key=lambda w: self.desk.balance(w, self.target.mint))
        amount = self.desk.balance(wallet, self.target.mint) // 8
        return [
            self._paths.sell(
                self.random, wallet, self.target, amount, _SLIPPAGE_BPS, self.ordinary()
            )
        ]

    def _turn_around(self) -> None:
        """The campaign is over: rest for long, then go on with it, or the other way."""
        self._slices = self.random.randrange(20, 60)
        self._rests_until = self.economy.slot + int(self.random.expovariate(1 / _REST_SLOTS))
        if self.style == "swings":
            self._buying = not self._buying
