"""Creators and what follows from their launches: insiders, listing, migration, the end."""

from collections.abc import Callable
from typing import ClassVar

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import KEEP, Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.rates import LAMPORTS_PER_SOL
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.runtime.validator import Request
from infra.simulation.world.tokens.launch import Launcher, stake
from infra.simulation.world.tokens.plan import LaunchPlan, draw
from infra.simulation.world.tokens.rugs import Rugs

Watcher = Callable[[Listing, LaunchPlan], None]
_BUNDLED = Urgency(300_000, 3_000_000)
_MIGRATION_DELAY_SLOTS = 3
_GATHER_SLOTS = 400
"""After a token's end, when a creator collects what is left."""


class Launches:
    """The way every launch goes, whoever its creator is; ``watchers`` hear of each listing."""

    def __init__(self, economy: Economy, desk: Desk) -> None:
        self._economy = economy
        self._desk = desk
        self.watchers: list[Watcher] = []
        self._launcher = Launcher(economy, desk, self._opened)
        self._rugs = Rugs(economy, desk)
        self._hands: dict[Listing, list[LedgerAccount]] = {}
        self._migrator = economy.ledger.wallet(1_000 * LAMPORTS_PER_SOL)

    def begin(
        self,
        creator: LedgerAccount,
        insiders: list[LedgerAccount],
        plan: LaunchPlan,
        stake_lamports: int,
    ) -> tuple[Listing, list[Intent]]:
        """Launch by ``plan``; insiders buy in the same block, right after the creator."""
        listing, intents = self._launcher.launch(creator, plan, stake_lamports)
        self._hands[listing] = insiders
        decided = self._economy.slot if plan.rug and not plan.decide_after else None
        self._say(listing, plan, decided)
        return listing, [*intents, *(self._insider(listing, wallet) for wallet in insiders)]

    def _insider(self, listing: Listing, wallet: LedgerAccount) -> Callable[[], Request | None]:
        def buy() -> Request | None:
            pool = listing.venue()
            if pool is None or pool.account.lamports == 0:
                return None
            sol = self._economy.sol
            spend = self._desk.balance(wallet, sol) * 9 // 10
            return self._desk.swap(wallet, pool, sol, spend, 2_000, _BUNDLED)

        return buy

    def _opened(self, listing: Listing, plan: LaunchPlan) -> None:
        economy = self._economy
        economy.list(listing)
        if listing.curve is not None:
            listing.curve.completed = lambda: economy.schedule(
                _MIGRATION_DELAY_SLOTS, lambda: self._migrate(listing)
            )
        for watcher in self.watchers:
            watcher(listing, plan)
        if plan.rug is None:
            economy.schedule(plan.execute_after * 4, lambda: self._fade(listing, plan))
            return
        if plan.decide_after:
            economy.schedule(plan.decide_after, lambda: self._decide(listing, plan))
        economy.schedule(plan.execute_after, lambda: self._rug(listing, plan))

    def _migrate(self, listing: Listing) -> list[Intent]:
        if listing.curve is None or not listing.curve.complete:
            return []
        return self._launcher.migration(listing, self._migrator)

    def _decide(self, listing: Listing, plan: LaunchPlan) -> list[Intent]:
        self._say(listing, plan, self._economy.slot)
        return []

    def _rug(self, listing: Listing, plan: LaunchPlan) -> list[Intent]:
        if plan.rug is None:
            return []
        told = self._economy.book.tokens[listing.mint.address]
        intents = self._rugs.execute(listing, plan.rug, self._hands.get(listing, []))
        self._say(listing, plan, told.decided_at, self._economy.slot)
        return intents

    def _fade(self, listing: Listing, plan: LaunchPlan) -> list[Intent]:
        """An honest token that nobody wants any more is a failure, not a rug."""
        if listing.outcome == "trading" and listing.attention < 0.2:
            listing.outcome = "failed honestly"
            self._say(listing, plan, None)
        return []

    def _say(
        self, listing: Listing, plan: LaunchPlan, decided: int | None, executed: int | None = None
    ) -> None:
        self._economy.book.token(
            listing.mint.address,
            listing.creator.address,
            listing.opened,
            plan.rug,
            decided,
            listing.outcome,
            executed,
        )


class Creator(Agent):
    """Launches one token after another, each from a wallet of its own."""

    kind: ClassVar[str] = "creator"
    cash_scale: ClassVar[int] = 40

    def __init__(self, economy: Economy, desk: Desk, launches: Launches, name: str) -> None:
        super().__init__(economy, desk, name)
        self._launches = launches
        self._treasury = self.open_wallet(4_000 * LAMPORTS_PER_SOL)

    def act(self) -> list[Intent]:
        plan = draw(self.random)
        lamports = stake(self.random.random() ** 2)
        creator = self._fresh()
        insiders = [self._fresh() for _ in range(plan.insiders)]
        funding: list[Intent] = [self._fund(creator, lamports + LAMPORTS_PER_SOL)]
        for wallet in insiders:
            spend = self.random.randrange(2, 30) * LAMPORTS_PER_SOL // 10
            funding.append(self._fund(wallet, spend))
        wait = self.random.randrange(5, 40)
        self.economy.schedule(
            wait, lambda: self._launches.begin(creator, insiders, plan, lamports)[1]
        )
        after = wait + plan.execute_after + _GATHER_SLOTS
        self.economy.schedule(after, lambda: self._gather([creator, *insiders]))
        return funding

    def till(self) -> LedgerAccount:
        """Only the treasury: what launches from it should look like a stranger."""
        return self._treasury

    def _gather(self, behind: list[LedgerAccount]) -> list[Intent]:
        """What a launch brought goes back to the treasury."""
        return [
            self.desk.pay(wallet, self._treasury, wallet.lamports - 3 * KEEP, self.ordinary())
            for wallet in behind
            if wallet.lamports > LAMPORTS_PER_SOL // 10
        ]

    def _fresh(self) -> LedgerAccount:
        wallet = self.economy.ledger.wallet()
        self.wallets.append(wallet)
        return wallet

    def _fund(self, wallet: LedgerAccount, lamports: int) -> Callable[[], Request | None]:
        return lambda: self.desk.pay(self._treasury, wallet, lamports + 2 * KEEP, self.ordinary())
