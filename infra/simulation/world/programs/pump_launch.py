"""The two ends of a bonding curve: a token's creation, and its migration to PumpSwap.

Creation follows recorded transaction 2s393PSY…; migration the program's IDL (`migrate`,
24 accounts) with PumpSwap's `create_pool` inside, liquidity tokens burned.
"""

from typing import Final

from infra.simulation.world.programs import associated, metadata, pump, system, token
from infra.simulation.world.programs.anchor import call_event, event, log_data, method, text, u64
from infra.simulation.world.programs.ids import (
    ASSOCIATED_TOKEN,
    METADATA,
    PUMP,
    RENT,
    SYSTEM,
    TOKEN,
)
from infra.simulation.world.programs.pump import BondingCurve
from infra.simulation.world.programs.pump_pool import PoolOpening
from infra.simulation.world.runtime.account import LedgerAccount, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import (
    READ,
    SIGN_WRITE,
    WRITE,
    Instruction,
)
from infra.simulation.world.runtime.ledger import Ledger

_CREATE: Final = method("create")
_CREATE_EVENT: Final = event("CreateEvent")
_MIGRATE: Final = method("migrate")
_MIGRATED: Final = event("CompletePumpAmmMigrationEvent")
_R, _W, _S = READ, WRITE, SIGN_WRITE
_CREATE_FLAGS: Final = bytes((_S, _R, _W, _W, _R, _R, _W, _S, _R, _R, _R, _R, _R, _R))
_MIGRATE_FLAGS: Final = bytes(
    (_R, _W, _R, _W, _W, _S, _R, _R, _R, _W, _W, _W, _W, _R, _R, _W, _W, _W, _W) + (_R,) * 5
)
MIGRATION_FEE: Final = 15_000_001


def create(ledger: Ledger, curve: BondingCurve, creator: LedgerAccount) -> Instruction:
    """Bring the token of ``curve`` into being, all of its supply on the curve."""
    mint = curve.base
    authority = ledger.known(pump.MINT_AUTHORITY, lamports=323_296_939)
    described = metadata.address_of(ledger, mint)

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: Create")
        run.invoke(system.create_account(creator, mint.account, TOKEN, rent_exempt(82), 82))
        run.invoke(token.initialize_mint(mint, authority, None))
        run.invoke(system.create_account(creator, curve.account, PUMP, pump.CURVE_RENT, 49))
        run.invoke(associated.create(creator, curve.vault, curve.account, mint))
        run.invoke(metadata.create(described, mint, authority, creator))
        run.invoke(token.mint_to(mint, curve.vault, authority, pump.SUPPLY))
        run.invoke(token.give_up_mint_authority(mint, authority))
        payload = (
            _CREATE_EVENT
            + text(mint.name)
            + text(mint.symbol)
            + text(mint.uri)
            + mint.account.key
            + curve.account.key
            + creator.key
        )
        call_event(run, PUMP, curve.events, payload)
        log_data(run, payload)

    accounts = (
        mint.account,
        authority,
        curve.account,
        curve.vault,
        curve.globals,
        METADATA,
        described,
        creator,
        SYSTEM,
        TOKEN,
        ASSOCIATED_TOKEN,
        RENT,
        curve.events,
        PUMP,
    )
    data = _CREATE + text(mint.name) + text(mint.symbol) + text(mint.uri) + creator.key
    return Instruction(PUMP, accounts, _CREATE_FLAGS, data, 38_800, effect)


def migrate(curve: BondingCurve, opening: PoolOpening, sender: LedgerAccount) -> Instruction:
    """Move a full curve's tokens and SOL into a new PumpSwap pool; ``sender`` pays the rent."""
    mint, owner = curve.base, opening.creator
    withdraw = opening.withdraw_authority

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: Migrate")
        sol = curve.real_sol - MIGRATION_FEE
        tokens = curve.vault.amount
        run.invoke(associated.create(sender, opening.creator_base, owner, mint))
        run.invoke(associated.create(sender, opening.creator_quote, owner, curve.quote_mint))
        run.invoke(token.transfer(curve.vault, opening.creator_base, curve.account, tokens))
        curve.account.lamports -= sol + MIGRATION_FEE
        opening.creator_quote.lamports += sol
        withdraw.lamports += MIGRATION_FEE
        run.invoke(token.sync_native(opening.creator_quote))
        run.invoke(opening.instruction(tokens, sol, sender))
        minted = opening.lp_mint
        run.invoke(token.burn(opening.creator_lp, minted, owner, minted.supply))
        payload = (
            _MIGRATED
            + sender.key
            + mint.account.key
            + u64(tokens, sol, MIGRATION_FEE)
            + curve.account.key
            + u64(run.block_time)
            + opening.pool.key
        )
        log_data(run, payload)
        call_event(run, PUMP, curve.events, payload)

    accounts = (
        curve.globals,
        withdraw,
        mint.account,
        curve.account,
        curve.vault,
        sender,
        SYSTEM,
        TOKEN,
        opening.program,
        opening.pool,
        owner,
        opening.creator_base,
        opening.creator_quote,
        opening.config,
        curve.quote_mint.account,
        opening.lp_mint.account,
        opening.creator_lp,
        opening.base_vault,
        opening.quote_vault,
        opening.lp_mint.program,
        ASSOCIATED_TOKEN,
        opening.events,
        curve.events,
        PUMP,
    )
    return Instruction(PUMP, accounts, _MIGRATE_FLAGS, _MIGRATE, 60_000, effect)
