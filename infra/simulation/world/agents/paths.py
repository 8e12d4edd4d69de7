"""Finding a way from one token to another over the pools there are."""

from random import Random

from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.market.pool import Pool
from infra.simulation.world.programs.jupiter import ROUTABLE, Hop
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.validator import Request

_ROUTED_PERCENT = 45
"""Share of trades that go through Jupiter when they can."""


class Paths:
    """Trades a listing the way people do: directly, or as an aggregator would split it."""

    def __init__(self, economy: Economy, desk: Desk) -> None:
        self._economy = economy
        self._desk = desk

    def buy(
        self,
        random: Random,
        wallet: LedgerAccount,
        listing: Listing,
        lamports: int,
        slippage_bps: int,
        urgency: Urgency,
    ) -> Request | None:
        """Spend ``lamports`` (or their worth in USDC, when the wallet has that) on the token."""
        pool = _best(listing, self._economy.sol, lamports, self._economy.sol)
        if pool is None:
            return None
        sol, usdc = self._economy.sol, self._economy.usdc
        if pool.venue in ROUTABLE and random.randrange(100) < _ROUTED_PERCENT:
            dollars = lamports * self._economy.outside.micro_usd() // 10**9
            if self._desk.balance(wallet, usdc) >= dollars > 0:
                hops = [self._dollar_hop(usdc), Hop(pool, sol, 100, 1, 2)]
                return self._desk.route(wallet, hops, dollars, slippage_bps, urgency)
            hops = self._split(listing, pool, sol, random)
            return self._desk.route(wallet, hops, lamports, slippage_bps, urgency)
        return self._desk.swap(wallet, pool, sol, lamports, slippage_bps, urgency)

    def sell(
        self,
        random: Random,
        wallet: LedgerAccount,
        listing: Listing,
        amount: int,
        slippage_bps: int,
        urgency: Urgency,
    ) -> Request | None:
        """Give ``amount`` base units of the token for SOL, or now and then for USDC."""
        mint = listing.mint
        pool = _best(listing, mint, amount, self._economy.sol)
        if pool is None:
            return None
        if pool.venue in ROUTABLE and random.randrange(100) < _ROUTED_PERCENT:
            if random.randrange(6) == 0:
                hops = [Hop(pool, mint, 100, 0, 1), self._dollar_hop(self._economy.sol, 1)]
            else:
                hops = [Hop(pool, mint, 100, 0, 1)]
            return self._desk.route(wallet, hops, amount, slippage_bps, urgency)
        return self._desk.swap(wallet, pool, mint, amount, slippage_bps, urgency, close=True)

    def _dollar_hop(self, mint_in: MintState, input_index: int = 0) -> Hop:
        pools = [
            pool
            for pool in self._economy.dollar_pools
            if pool.venue in ROUTABLE
            and self._economy.usdc in (pool.base, pool.quote_mint)
            and self._economy.sol in (pool.base, pool.quote_mint)
        ]
        best = max(pools, key=lambda pool: pool.quote(mint_in, 10**9))
        return Hop(best, mint_in, 100, input_index, input_index + 1)

    def _split(self, listing: Listing, pool: Pool, mint_in: MintState, random: Random) -> list[Hop]:
        others = [
            other
            for other in listing.pools
            if other is not pool and other.venue in ROUTABLE and other.quote_mint is mint_in
        ]
        if not others or random.randrange(3):
            return [Hop(pool, mint_in, 100, 0, 1)]
        return [Hop(pool, mint_in, 70, 0, 1), Hop(others[0], mint_in, 30, 0, 1)]


def _best(listing: Listing, mint_in: MintState, amount: int, sol: MintState) -> Pool | None:
    """The pool against SOL that pays most."""
    pools = [pool for pool in listing.pools if pool.quote_mint is sol]
    if not pools:
        return listing.curve
    if len(pools) == 1:
        return pools[0]
    return max(pools, key=lambda pool: pool.quote(mint_in, amount))
