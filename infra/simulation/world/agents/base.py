"""What every participant has: a kind, wallets of its own, and a turn to act."""

from random import Random
from typing import ClassVar

from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.rates import TIP_PERCENT, tip_lamports, unit_price
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.truth import TrueAgent


class Agent:
    """One person or company; all of its ``wallets`` are the same hand."""

    kind: ClassVar[str]
    cash_scale: ClassVar[int] = 1
    """How many times a private person's payments those of this kind are."""

    def __init__(self, economy: Economy, desk: Desk, name: str) -> None:
        self.economy = economy
        self.desk = desk
        self.name = name
        self.random: Random = economy.random(f"agent/{name}")
        self.wallets: list[LedgerAccount] = []
        self.skill_percent = 0
        self.style = ""

    def act(self) -> list[Intent]:
        """Take a turn: what to send now."""
        raise NotImplementedError

    def truth(self) -> TrueAgent:
        """Who this is."""
        wallets = tuple([wallet.address for wallet in self.wallets])
        return TrueAgent(self.name, self.kind, wallets, self.skill_percent, self.style)

    def open_wallet(self, lamports: int) -> LedgerAccount:
        """A wallet that has had this much all along."""
        wallet = self.economy.ledger.wallet(lamports)
        self.wallets.append(wallet)
        return wallet

    def till(self) -> LedgerAccount:
        """The wallet this one withdraws to and pays in from."""
        return self.random.choice(self.wallets)

    def ordinary(self) -> Urgency:
        """What people pay who are in no special hurry."""
        random = self.random
        tip = tip_lamports(random) if random.randrange(100) < TIP_PERCENT else 0
        return Urgency(unit_price(random), tip)

    def held(self, wallet: LedgerAccount) -> list[MintState]:
        """The tokens ``wallet`` holds, money apart."""
        money = (self.economy.sol, self.economy.usdc, self.economy.usdt)
        held = wallet.tokens or {}
        return [mint for mint, account in held.items() if account.amount and mint not in money]
