"""Airdrop spam: worthless tokens that nobody asked for, in everybody's wallet."""

from collections.abc import Callable
from typing import ClassVar

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.opening import grant, new_mint
from infra.simulation.world.programs import associated, token
from infra.simulation.world.programs.ids import TOKEN
from infra.simulation.world.rates import LAMPORTS_PER_SOL
from infra.simulation.world.runtime.account import rent_exempt
from infra.simulation.world.runtime.instruction import Instruction

_AT_ONCE = 3


class DustSpammer(Agent):
    """Sends a token of its own to whoever is active."""

    kind: ClassVar[str] = "dust-spammer"
    cash_scale: ClassVar[int] = 3

    def __init__(
        self, economy: Economy, desk: Desk, name: str, victims: Callable[[], Agent]
    ) -> None:
        super().__init__(economy, desk, name)
        self._victims = victims
        self.wallet = self.open_wallet(50 * LAMPORTS_PER_SOL)
        self.mint = new_mint(economy, TOKEN, 0, "Claim at free-sol.example", "FREE")
        self.mint.account.lamports = rent_exempt(82)
        self.mint.account.program = TOKEN.address
        self._stock = grant(self.wallet, self.mint, 10**9, economy)

    def act(self) -> list[Intent]:
        steps: list[Instruction] = []
        for _ in range(_AT_ONCE):
            holder = self.random.choice(self._victims().wallets)
            target = self.desk.account(holder, self.mint)
            steps.append(associated.create(self.wallet, target, holder, self.mint))
            steps.append(token.transfer_checked(self._stock, self.mint, target, self.wallet, 1))
        if self.wallet.lamports < LAMPORTS_PER_SOL:
            return []
        return [self.desk.request(self.wallet, steps, 120_000, Urgency(1_000))]
