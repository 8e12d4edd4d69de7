"""Ordinary people: they buy what is talked of, in sizes with a heavy tail, and lose patience."""

from typing import ClassVar, Final

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.agents.paths import Paths
from infra.simulation.world.desk import KEEP, Desk
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.market.outside import CRASH
from infra.simulation.world.rates import LAMPORTS_PER_SOL, log_normal, trade_lamports
from infra.simulation.world.runtime.account import LedgerAccount, MintState

_PANIC: Final = 1.6
"""In a crash people sell that many times as readily."""
_SLIPPAGES: Final = (50, 100, 300, 500, 1_000, 1_500, 2_500)


class Retail(Agent):
    """One person with one wallet, no skill, and more hope than patience."""

    kind: ClassVar[str] = "retail"

    def __init__(
        self,
        economy: Economy,
        desk: Desk,
        paths: Paths,
        name: str,
        wallet: LedgerAccount | None = None,
    ) -> None:
        super().__init__(economy, desk, name)
        self._paths = paths
        self._patience = self.random.uniform(0.25, 0.6)
        if wallet is None:
            lamports = log_normal(self.random, 3 * LAMPORTS_PER_SOL, 1.4)
            self.wallet = self.open_wallet(lamports + KEEP * 3)
        else:
            self.wallet = wallet
            self.wallets.append(wallet)
        self.by_mint: dict[MintState, Listing] = {}

    def act(self) -> list[Intent]:
        random = self.random
        held = self.held(self.wallet)
        panic = _PANIC if self.economy.outside.regime is CRASH else 1.0
        if held and random.random() < self._patience * panic:
            return [self._sell(random.choice(held))]
        listing = self.economy.talked_of(random)
        if listing is None:
            return []
        wanted = trade_lamports(random)
        spend = min(wanted, self.desk.balance(self.wallet, self.economy.sol) // 3)
        if spend < 1_000_000:
            return [self._sell(random.choice(held))] if held else []
        self.by_mint[listing.mint] = listing
        listing.attract(1.002)
        return [
            self._paths.buy(
                random, self.wallet, listing, spend, random.choice(_SLIPPAGES), self.ordinary()
            )
        ]

    def _sell(self, mint: MintState) -> Intent:
        listing = self.by_mint.get(mint)
        if listing is None:
            return None
        amount = self.desk.balance(self.wallet, mint)
        if self.random.random() < 0.3:
            amount = amount * self.random.randrange(20, 80) // 100
        return self._paths.sell(
            self.random,
            self.wallet,
            listing,
            amount,
            self.random.choice(_SLIPPAGES),
            self.ordinary(),
        )
