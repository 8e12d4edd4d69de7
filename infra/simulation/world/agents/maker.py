"""Market makers: they trade pools towards what a token is worth elsewhere, and refill there."""

import math
from typing import ClassVar, Final

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.pool import Pool
from infra.simulation.world.opening import grant
from infra.simulation.world.rates import LAMPORTS_PER_SOL, tip_lamports, unit_price
from infra.simulation.world.runtime.account import MintState

_EDGE: Final = 0.004
"""Gap between pool and worth below which fees eat the profit."""
_MOST_PERCENT: Final = 8
_AT_ONCE: Final = 3


class MarketMaker(Agent):
    """Keeps established tokens and SOL/USD near their worth, for a profit."""

    kind: ClassVar[str] = "market-maker"

    def __init__(self, economy: Economy, desk: Desk, name: str) -> None:
        super().__init__(economy, desk, name)
        self.wallet = self.open_wallet(8_000 * LAMPORTS_PER_SOL)
        grant(self.wallet, economy.usdc, 1_500_000 * 10**6, economy)
        grant(self.wallet, economy.usdt, 500_000 * 10**6, economy)
        for listing in economy.established:
            grant(self.wallet, listing.mint, listing.pools[0].reserves()[0] // 4, economy)

    def act(self) -> list[Intent]:
        gaps = sorted(self._gaps(), key=lambda choice: -abs(choice[0]))
        wide = [choice for choice in gaps[:_AT_ONCE] if abs(choice[0]) > _EDGE]
        return [self._narrow(gap, pool) for gap, pool in wide]

    def _narrow(self, gap: float, pool: Pool) -> Intent:
        """Trade towards worth; without the means, ask for more from the exchange."""
        base, quote = pool.reserves()
        share = min(abs(gap) / 2, _MOST_PERCENT / 100)
        if gap > 0:
            mint_in, amount = pool.quote_mint, int(quote * share)
        else:
            mint_in, amount = pool.base, int(base * share)
        owned = self.desk.balance(self.wallet, mint_in)
        if owned < amount // 10:
            return self._refill(mint_in, amount * 4)
        amount = min(amount, owned)
        urgency = Urgency(
            max(unit_price(self.random), 20_000),
            tip_lamports(self.random) if self.random.randrange(4) == 0 else 0,
        )
        return self.desk.swap(self.wallet, pool, mint_in, amount, 40, urgency)

    def _refill(self, mint: MintState, amount: int) -> Intent:
        reserve = self.economy.reserve
        if mint.native:
            return self.desk.pay(reserve, self.wallet, amount, Urgency(10_000))
        amount = min(amount, self.desk.balance(reserve, mint) // 2)
        return self.desk.pay_token(reserve, self.wallet, mint, amount, Urgency(10_000))

    def _gaps(self) -> list[tuple[float, Pool]]:
        """How far worth is above each pool's price, as a log."""
        economy = self.economy
        lamports_per_usdc = 1_000 / economy.outside.usd
        found: list[tuple[float, Pool]] = [
            (-math.log(pool.price() * lamports_per_usdc), pool) for pool in economy.dollar_pools[:4]
        ]
        for listing in economy.established:
            for pool in listing.pools:
                unit = 1.0 if pool.quote_mint is economy.sol else lamports_per_usdc
                found.append((math.log(listing.value / (pool.price() * unit)), pool))
        return found
