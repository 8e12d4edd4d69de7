"""Sybil rings: many wallets with one funder, who act within seconds of each other."""

from typing import ClassVar

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import KEEP, Desk, Urgency
from infra.simulation.world.economy import Economy, Intent, Scheduled
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.rates import LAMPORTS_PER_SOL
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.tokens.plan import LaunchPlan

_SPREAD_SLOTS = 8


class SybilRing(Agent):
    """Funds its wallets once, then buys and sells the same tokens with all of them."""

    kind: ClassVar[str] = "sybil-ring"

    def __init__(self, economy: Economy, desk: Desk, name: str, size: int) -> None:
        super().__init__(economy, desk, name)
        self.funder = self.open_wallet(size * 8 * LAMPORTS_PER_SOL)
        self.members = [economy.ledger.wallet() for _ in range(size)]
        self.wallets += self.members
        self._funded = False
        self._busy = False

    def hears(self, listing: Listing, plan: LaunchPlan) -> None:
        """Take up one launch at a time, now and then."""
        if self._funded and not self._busy and plan.appeal > 2 and self.random.randrange(3) == 0:
            self.take_up(listing, self.random.randrange(2, 12))

    def take_up(self, listing: Listing, in_slots: int) -> None:
        """Have every member buy within a few slots, and sell together later."""
        self._busy = True
        listing.attract(2)
        hold = in_slots + self.random.randrange(100, 400)
        for member in self.members:
            wait = in_slots + self.random.randrange(_SPREAD_SLOTS)
            self.economy.schedule(wait, self._buyer(listing, member))
            leave = hold + self.random.randrange(_SPREAD_SLOTS)
            self.economy.schedule(leave, self._seller(listing, member))
        self.economy.schedule(hold + _SPREAD_SLOTS * 4, self._gather)

    def act(self) -> list[Intent]:
        return [] if self._funded else self.fund()

    def fund(self) -> list[Intent]:
        """Send every member about the same, a few slots apart."""
        self._funded = True
        for member in self.members:
            lamports = 2 * LAMPORTS_PER_SOL + self.random.randrange(LAMPORTS_PER_SOL)
            self.economy.schedule(
                self.random.randrange(1, 3 * _SPREAD_SLOTS), self._payment(member, lamports)
            )
        return []

    def _payment(self, member: LedgerAccount, lamports: int) -> Scheduled:
        return lambda: [self.desk.pay(self.funder, member, lamports, Urgency(20_000))]

    def _buyer(self, listing: Listing, member: LedgerAccount) -> Scheduled:
        def buy() -> list[Intent]:
            pool = listing.venue()
            if pool is None:
                return []
            spend = self.desk.balance(member, self.economy.sol) * 6 // 10
            return [self.desk.swap(member, pool, self.economy.sol, spend, 2_500, Urgency(120_000))]

        return buy

    def _seller(self, listing: Listing, member: LedgerAccount) -> Scheduled:
        def sell() -> list[Intent]:
            pool = listing.venue()
            amount = self.desk.balance(member, listing.mint)
            if pool is None or amount == 0:
                return []
            return [
                self.desk.swap(
                    member, pool, listing.mint, amount, 3_000, Urgency(150_000), close=True
                )
            ]

        return sell

    def _gather(self) -> list[Intent]:
        """What is more than a member needs goes back to the funder."""
        self._busy = False
        spare = 2 * LAMPORTS_PER_SOL + KEEP
        return [
            self.desk.pay(member, self.funder, member.lamports - spare, Urgency(20_000))
            for member in self.members
            if member.lamports > spare + LAMPORTS_PER_SOL // 10
        ]
