"""How a creator takes the money: each kind in the transactions it takes on the chain."""

from collections.abc import Callable
from typing import Final

from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.programs import associated, cpmm_liquidity, token
from infra.simulation.world.programs.ids import ASSOCIATED_TOKEN
from infra.simulation.world.programs.raydium_cpmm import RaydiumCpmmPool
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.runtime.instruction import Instruction
from infra.simulation.world.runtime.validator import Request
from infra.simulation.world.truth import RugKind

_HURRY: Final = Urgency(500_000, 2_000_000)
_DUMPS: Final = 6
_DUMP_GAP_SLOTS: Final = 25
_FROZEN_AT_ONCE: Final = 5
_FROZEN_TOTAL: Final = 15


class Rugs:
    """Carries rugs out; ``hands`` are the wallets a creator also sells from."""

    def __init__(self, economy: Economy, desk: Desk) -> None:
        self._economy = economy
        self._desk = desk

    def execute(self, listing: Listing, rug: RugKind, hands: list[LedgerAccount]) -> list[Intent]:
        """The first transactions of it; later ones are scheduled."""
        listing.outcome = f"rugged: {rug}"
        match rug:
            case "liquidity-pulled":
                return self._pull(listing)
            case "mint-inflation":
                return self._inflate(listing)
            case "freeze":
                return self._freeze(listing, hands)
            case "slow-dump":
                return self._dump(listing, hands, _DUMPS)

    def _pull(self, listing: Listing) -> list[Intent]:
        pool, creator = listing.venue(), listing.creator
        if not isinstance(pool, RaydiumCpmmPool) or pool.lp_mint is None:
            return []
        lp_mint, desk = pool.lp_mint, self._desk
        own_lp = self._economy.ledger.associated(creator, lp_mint, ASSOCIATED_TOKEN)
        wrapped = desk.account(creator, self._economy.sol)
        own = desk.account(creator, listing.mint)

        def pull() -> Request | None:
            if own_lp.amount == 0:
                return None
            steps = [
                associated.create(creator, wrapped, creator, self._economy.sol),
                associated.create(creator, own, creator, listing.mint),
                cpmm_liquidity.withdraw(pool, creator, own_lp, own, wrapped, own_lp.amount),
                token.close_account(wrapped, creator, creator),
            ]
            listing.attract(0.1)
            return desk.request(creator, steps, 200_000, _HURRY)

        return [pull]

    def _inflate(self, listing: Listing) -> list[Intent]:
        """Make as many tokens again as there are, and sell them all."""
        creator, mint = listing.creator, listing.mint
        own = self._desk.account(creator, mint)

        def inflate() -> Request | None:
            steps: list[Instruction] = [
                associated.create(creator, own, creator, mint),
                token.mint_to(mint, own, creator, mint.supply),
            ]
            return self._desk.request(creator, steps, 50_000, _HURRY)

        return [inflate, self._sale(listing, creator, 100)]

    def _freeze(self, listing: Listing, hands: list[LedgerAccount]) -> list[Intent]:
        """Freeze the largest holders, then sell what is one's own."""
        mint, creator = listing.mint, listing.creator
        ours = {creator, *hands}
        pools = {pool.account for pool in listing.pools}
        others = [
            account
            for account in sorted(mint.accounts, key=lambda a: -a.amount)
            if account.holder not in ours
            and account.holder not in pools
            and account.holder is not None
            and account.holder.keypair is not None
        ][:_FROZEN_TOTAL]
        requests: list[Intent] = []
        for start in range(0, len(others), _FROZEN_AT_ONCE):
            batch = others[start : start + _FROZEN_AT_ONCE]
            steps = [token.freeze(account, mint, creator) for account in batch]
            requests.append(self._desk.request(creator, steps, 40_000, _HURRY))
        return [*requests, self._sale(listing, creator, 100)]

    def _dump(self, listing: Listing, hands: list[LedgerAccount], left: int) -> list[Intent]:
        """Sell bit by bit from all hands."""
        if left > 1:
            self._economy.schedule(_DUMP_GAP_SLOTS, lambda: self._dump(listing, hands, left - 1))
        return [self._sale(listing, wallet, 100 // left) for wallet in (listing.creator, *hands)]

    def _sale(
        self, listing: Listing, wallet: LedgerAccount, percent: int
    ) -> Callable[[], Request | None]:
        def sell() -> Request | None:
            pool = listing.venue()
            amount = self._desk.balance(wallet, listing.mint) * percent // 100
            if pool is None:
                return None
            return self._desk.swap(wallet, pool, listing.mint, amount, 2_000, _HURRY)

        return sell
