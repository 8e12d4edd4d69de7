"""Traders of established tokens, by momentum or against it, with a skill that can be set.

Skill is how often the trader knows which way a token's hidden worth drifts: with skill s (in
percent) the trader reads the sign right with probability (100 + s) / 200. At 0 it is a coin.
"""

from typing import ClassVar, Final

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.agents.paths import Paths
from infra.simulation.world.desk import Desk
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.rates import LAMPORTS_PER_SOL, log_normal

_PATIENCE_SLOTS: Final = 3_000
_SLIPPAGE_BPS: Final = 150


class Trader(Agent):
    """Holds at most one position, and leaves when it no longer believes in it."""

    kind: ClassVar[str] = "trader"
    cash_scale: ClassVar[int] = 6

    def __init__(
        self,
        economy: Economy,
        desk: Desk,
        paths: Paths,
        name: str,
        *,
        contrarian: bool,
        skill_percent: int,
    ) -> None:
        super().__init__(economy, desk, name)
        self._paths = paths
        self.skill_percent = skill_percent
        self.style = "contrarian" if contrarian else "momentum"
        self.wallet = self.open_wallet(log_normal(self.random, 60 * LAMPORTS_PER_SOL, 0.6))
        self._holds: Listing | None = None
        self._since = 0
        self._opinions: dict[Listing, tuple[int, bool]] = {}

    def act(self) -> list[Intent]:
        if self._holds is not None:
            return self._reconsider(self._holds)
        candidates = self._candidates()
        if not candidates:
            return []
        listing = self.random.choice(candidates)
        if not self._believes(listing):
            return []
        spend = self.desk.balance(self.wallet, self.economy.sol) // 4
        spend = min(spend, 6 * LAMPORTS_PER_SOL)
        self._holds, self._since = listing, self.economy.slot
        return [
            self._paths.buy(
                self.random, self.wallet, listing, spend, _SLIPPAGE_BPS, self.ordinary()
            )
        ]

    def _reconsider(self, listing: Listing) -> list[Intent]:
        amount = self.desk.balance(self.wallet, listing.mint)
        if amount == 0:
            self._holds = None
            return []
        stale = self.economy.slot - self._since > _PATIENCE_SLOTS
        if not stale and self._believes(listing):
            return []
        return [
            self._paths.sell(
                self.random, self.wallet, listing, amount, _SLIPPAGE_BPS, self.ordinary()
            )
        ]

    def _believes(self, listing: Listing) -> bool:
        """Does it rise? One opinion for each spell of the token, right as the skill says."""
        spell, opinion = self._opinions.get(listing, (0, False))
        if spell != listing.spells:
            opinion = self._judge(listing.drift_ppm)
            self._opinions[listing] = (listing.spells, opinion)
        return opinion

    def _judge(self, drift_ppm: int) -> bool:
        if drift_ppm == 0:
            return self.random.randrange(2) == 0
        right = self.random.randrange(200) < 100 + self.skill_percent
        return right == (drift_ppm > 0)

    def _candidates(self) -> list[Listing]:
        """Momentum looks at what is above its last look, the contrarian at what is below."""
        chosen = []
        for listing in self.economy.established:
            price = listing.price()
            moved = price - listing.seen_price
            listing.seen_price += moved * 0.2
            if (moved < 0) == (self.style == "contrarian"):
                chosen.append(listing)
        return chosen
