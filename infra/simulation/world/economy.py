"""The state of the market that agents decide on: prices, tokens, who may do what next."""

import heapq
from collections.abc import Callable
from random import Random
from typing import Final

from infra.simulation.world.book import Book
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.market.outside import OutsidePrice
from infra.simulation.world.market.pool import Pool
from infra.simulation.world.programs import ids
from infra.simulation.world.programs.chainlink import PriceFeed
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.ledger import Ledger
from infra.simulation.world.runtime.lookup import LookupTable
from infra.simulation.world.runtime.validator import Request
from infra.simulation.world.truth import TrueDrift

Lazy = Callable[[], Request | None]
"""A request that is only made when its turn comes, on the state the block has by then."""
Intent = Request | Lazy | None
Scheduled = Callable[[], list[Intent]]

FADED: Final = 0.02
"""Below this attention nobody trades a token any more."""
_KEPT: Final = 0.9985
_REFRESH_SLOTS: Final = 20


class Economy:
    """Everything agents see and touch. The ledger is the only thing the chain will show."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.ledger = Ledger(seed)
        self.book = Book()
        self.slot = 0
        self.time = 0
        self.outside = OutsidePrice(self.random("outside"))
        self.sol: MintState
        self.usdc: MintState
        self.usdt: MintState
        self.feed: PriceFeed
        self.pump_fees: LedgerAccount
        self.reserve: LedgerAccount
        self.dollar_pools: list[Pool] = []
        self.listings: list[Listing] = []
        self.established: list[Listing] = []
        self.tables: list[LookupTable] = []
        self.tip_accounts: list[LedgerAccount] = []
        self._values = self.random("values")
        self._scheduled: list[tuple[int, int, Scheduled]] = []
        self._sequence = 0
        self._weights: list[float] = []
        self._refreshed = -_REFRESH_SLOTS

    def random(self, purpose: str) -> Random:
        """An independent stream of random numbers for one purpose."""
        return Random(f"{self.seed}/{purpose}")  # noqa: S311 - a simulation, not a secret

    def begin_slot(self, slot: int, time: int) -> None:
        """Let prices and worth move on by one slot."""
        self.slot, self.time = slot, time
        self.outside.step()
        usd = self.outside.usd
        self.book.lamports_per_micro_usd = 1_000 / usd
        if self.outside.changed:
            regime = self.outside.regime
            drift = TrueDrift(ids.WRAPPED_SOL, slot, round(regime.drift * 1e6), regime.name)
            self.book.drifts.append(drift)
        for listing in self.established:
            listing.step(self._values, self.outside.regime.drift)
            if listing.drift_changed:
                mint = listing.mint.address
                self.book.drifts.append(TrueDrift(mint, slot, listing.drift_ppm, "spell"))
        if slot - self._refreshed >= _REFRESH_SLOTS:
            self._refresh()

    def schedule(self, in_slots: int, action: Scheduled) -> None:
        """Do ``action`` that many slots from now."""
        self._sequence += 1
        heapq.heappush(self._scheduled, (self.slot + in_slots, self._sequence, action))

    def due(self) -> list[Intent]:
        """What was scheduled for this slot or earlier."""
        intents: list[Intent] = []
        while self._scheduled and self._scheduled[0][0] <= self.slot:
            intents += heapq.heappop(self._scheduled)[2]()
        return intents

    def talked_of(self, random: Random) -> Listing | None:
        """A token drawn by the attention it has."""
        if not self._weights:
            return None
        return random.choices(self.listings, cum_weights=self._weights)[0]

    def list(self, listing: Listing) -> None:
        """Let the public trade a token."""
        self.listings.append(listing)
        self._refreshed = self.slot
        self._weigh()

    def _refresh(self) -> None:
        self._refreshed = self.slot
        lost = 1 - _KEPT**_REFRESH_SLOTS
        for listing in self.listings:
            listing.fade(lost)
        self.listings = [
            listing for listing in self.listings if listing.established or listing.attention > FADED
        ]
        self._weigh()

    def _weigh(self) -> None:
        total = 0.0
        self._weights = []
        for listing in self.listings:
            total += listing.attention
            self._weights.append(total)
