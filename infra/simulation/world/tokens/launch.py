"""Brings tokens to market: on a bonding curve, or with a mint and a pool of their own."""

from collections.abc import Callable
from typing import Final

from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.economy import Economy, Intent, Lazy
from infra.simulation.world.layouts.pools import curve_bytes, pump_pool_bytes
from infra.simulation.world.layouts.token import mint_bytes
from infra.simulation.world.market.listing import Listing
from infra.simulation.world.market.pool import Order
from infra.simulation.world.opening import extend, new_mint
from infra.simulation.world.programs import (
    associated,
    metadata,
    pump_launch,
    system,
    token,
    token_extensions,
)
from infra.simulation.world.programs.cpmm_liquidity import CpmmOpening
from infra.simulation.world.programs.ids import TOKEN, TOKEN_2022
from infra.simulation.world.programs.pump import BondingCurve
from infra.simulation.world.programs.pump_amm import PumpAmmPool
from infra.simulation.world.programs.pump_pool import PoolOpening
from infra.simulation.world.rates import LAMPORTS_PER_SOL
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.instruction import Instruction
from infra.simulation.world.runtime.validator import Request
from infra.simulation.world.tokens.names import invent
from infra.simulation.world.tokens.plan import LaunchPlan

_SUPPLY: Final = 1_000_000_000 * 10**6
_EAGER: Final = Urgency(200_000, 1_000_000)


class Launcher:
    """Creates tokens; ``opened`` is called with each listing once it can be traded."""

    def __init__(
        self, economy: Economy, desk: Desk, opened: Callable[[Listing, LaunchPlan], None]
    ) -> None:
        self._economy = economy
        self._desk = desk
        self._random = economy.random("launches")
        self._opened = opened

    def launch(
        self, creator: LedgerAccount, plan: LaunchPlan, seed_lamports: int
    ) -> tuple[Listing, list[Intent]]:
        """The transactions of a launch; ``seed_lamports`` is the creator's own stake."""
        if plan.on_curve:
            return self._on_curve(creator, plan, seed_lamports)
        return self._in_pool(creator, plan, seed_lamports)

    def _on_curve(
        self, creator: LedgerAccount, plan: LaunchPlan, stake: int
    ) -> tuple[Listing, list[Intent]]:
        economy = self._economy
        name, symbol, uri = invent(self._random)
        mint = new_mint(economy, TOKEN, 6, name, symbol)
        mint.uri, mint.mutable = uri, False
        curve = BondingCurve(economy.ledger, mint, economy.sol)
        curve.account.encode = lambda: curve_bytes(curve)
        listing = self._listing(mint, creator, plan)
        listing.curve = curve
        own = self._desk.account(creator, mint)
        order = Order(
            user=creator,
            source=own,
            destination=own,
            mint_in=economy.sol,
            amount_in=stake,
            expected_out=curve.quote(economy.sol, stake),
            slippage_bps=500,
        )
        steps = [
            pump_launch.create(economy.ledger, curve, creator),
            associated.create(creator, own, creator, mint),
            curve.swap(order),
        ]

        def announce() -> Request | None:
            if curve.vault.mint is not None:
                self._opened(listing, plan)
            return None

        return listing, [self._sent(creator, steps, 330_000), announce]

    def _sent(self, creator: LedgerAccount, steps: list[Instruction], units: int) -> Lazy:
        return lambda: self._desk.request(creator, steps, units, _EAGER)

    def _in_pool(
        self, creator: LedgerAccount, plan: LaunchPlan, stake: int
    ) -> tuple[Listing, list[Intent]]:
        economy, desk = self._economy, self._desk
        name, symbol, uri = invent(self._random)
        program = TOKEN_2022 if plan.token_2022 else TOKEN
        mint = new_mint(economy, program, 6, name, symbol)
        mint.uri, mint.mutable = uri, self._random.randrange(3) > 0
        if plan.token_2022:
            delegate = ("permanentDelegate",) if plan.permanent_delegate else ()
            extend(mint, creator, plan.transfer_fee_bps, *delegate)
        listing = self._listing(mint, creator, plan)
        opening = CpmmOpening(economy.ledger, creator, mint, economy.sol)
        own = desk.account(creator, mint)
        wrapped = desk.account(creator, economy.sol)
        make = self._new_token(mint, creator, creator if plan.keeps_freeze_authority else None)
        if not plan.keeps_mint_authority:
            make.append(token.give_up_mint_authority(mint, creator))

        def create() -> Request | None:
            return desk.request(creator, make, 180_000)

        def open_pool() -> Request | None:
            deposit = _SUPPLY * 8 // 10
            steps = [
                associated.create(creator, wrapped, creator, economy.sol),
                system.transfer(creator, wrapped, stake),
                token.sync_native(wrapped),
                opening.instruction(own, wrapped, deposit, stake),
                token.close_account(wrapped, creator, creator),
            ]
            listing.pools.append(opening.pool)
            return desk.request(creator, steps, 300_000, _EAGER)

        def burn_liquidity() -> Request | None:
            if opening.pool.base_vault.mint is None:
                return None
            self._opened(listing, plan)
            if not plan.burns_liquidity:
                return None
            lp = opening.creator_lp
            burned = token.burn(lp, opening.lp_mint, creator, lp.amount)
            return desk.request(creator, [burned], 10_000)

        return listing, [create, open_pool, burn_liquidity]

    def _new_token(
        self, mint: MintState, creator: LedgerAccount, freezer: LedgerAccount | None
    ) -> list[Instruction]:
        """A mint, its description, and all of the supply in the creator's hands."""
        own = self._desk.account(creator, mint)
        full_size = len(mint_bytes(mint))
        steps = [token_extensions.create_mint_account(mint, creator, full_size)]
        steps += token_extensions.initialize(mint, creator)
        steps.append(token.initialize_mint(mint, creator, freezer))
        if mint.extensions:
            steps.append(token_extensions.describe(mint, creator))
        else:
            described = metadata.address_of(self._economy.ledger, mint)
            steps.append(metadata.create(described, mint, creator, creator))
        steps.append(associated.create(creator, own, creator, mint))
        steps.append(token.mint_to(mint, own, creator, _SUPPLY))
        return steps

    def migration(self, listing: Listing, sender: LedgerAccount) -> list[Intent]:
        """Move a full curve to PumpSwap, where the listing trades from then on."""
        economy, curve = self._economy, listing.curve
        if curve is None or listing.pools:
            return []
        opening = PoolOpening(economy.ledger, listing.mint, economy.sol)
        step = pump_launch.migrate(curve, opening, sender)

        def send() -> Request | None:
            pool = PumpAmmPool(
                economy.ledger,
                opening.pool,
                listing.mint,
                economy.sol,
                (opening.base_vault, opening.quote_vault),
                economy.pump_fees,
            )
            opening.pool.encode = lambda: pump_pool_bytes(
                pool, opening.creator.key, opening.lp_mint.account.key, opening.lp_mint.supply
            )
            economy.schedule(1, lambda: _settle(listing, pool))
            return self._desk.request(sender, [step], 400_000, _EAGER)

        return [send]

    def _listing(self, mint: MintState, creator: LedgerAccount, plan: LaunchPlan) -> Listing:
        listing = Listing(mint, creator, self._economy.slot)
        listing.attention = plan.appeal
        return listing


def _settle(listing: Listing, pool: PumpAmmPool) -> list[Intent]:
    """The pool trades once its vaults exist; a failed migration leaves the curve closed."""
    if pool.base_vault.mint is not None:
        listing.pools.append(pool)
        listing.outcome = "migrated"
        listing.attention = max(listing.attention, 3.0)
    return []


STAKES: Final = (1, 2, 5, 10, 20, 40)
"""What creators put beside their tokens, in SOL."""


def stake(random_share: float) -> int:
    """Lamports for a share between 0 and 1 of the way through ``STAKES``."""
    return STAKES[int(random_share * len(STAKES))] * LAMPORTS_PER_SOL
