"""Liquidity of Raydium CPMM: opening a pool, and taking the liquidity out again.

Accounts: raydium-io/raydium-cp-swap `instructions/initialize.rs` and `withdraw.rs`.
"""

from math import isqrt
from typing import Final

from infra.simulation.world.market.pool import arriving
from infra.simulation.world.programs import associated, system, token
from infra.simulation.world.programs.anchor import event, log_data, method, u64
from infra.simulation.world.programs.ids import (
    ASSOCIATED_TOKEN,
    MEMO,
    RAYDIUM_CPMM,
    RENT,
    SYSTEM,
    TOKEN,
    TOKEN_2022,
)
from infra.simulation.world.programs.raydium_cpmm import RaydiumCpmmPool
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import READ, SIGN_WRITE, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

FEE_RECEIVER: Final = "DNXgeM9EiiaAbaWvwjHj9fQQLAX5ZsfHyvmYUNRAdNC8"
CREATION_FEE: Final = 150_000_000
_LOCKED: Final = 100
_INITIALIZE: Final = method("initialize")
_WITHDRAW: Final = method("withdraw")
_CHANGED: Final = event("LpChangeEvent")
_R, _W, _S = READ, WRITE, SIGN_WRITE
_OPEN_FLAGS: Final = bytes(
    (_S, _R, _R, _W, _R, _R, _W, _W, _W, _W, _W, _W, _W, _W, _R, _R, _R, _R, _R, _R)
)
_TAKE_FLAGS: Final = bytes((_S, _R, _W, _W, _W, _W, _W, _W, _R, _R, _R, _R, _W, _R))


class CpmmOpening:
    """A CPMM pool about to be opened by ``creator``; ``pool`` trades once it is."""

    def __init__(
        self, ledger: Ledger, creator: LedgerAccount, base: MintState, quote: MintState
    ) -> None:
        account = ledger.fresh(RAYDIUM_CPMM.address, 0)
        vaults = tuple(
            ledger.derived(
                RAYDIUM_CPMM, b"pool_vault", account.key, mint.account.key, owner="1" * 32
            )
            for mint in (base, quote)
        )
        self.creator = creator
        self.pool = RaydiumCpmmPool(ledger, base, quote, (vaults[0], vaults[1]), account)
        lp_account = ledger.derived(RAYDIUM_CPMM, b"pool_lp_mint", account.key, owner="1" * 32)
        self.lp_mint = MintState(lp_account, TOKEN, 9)
        self.lp_mint.name = f"{base.name} LP"
        ledger.mints[lp_account.address] = self.lp_mint
        self.pool.lp_mint = self.lp_mint
        self.creator_lp = ledger.associated(creator, self.lp_mint, ASSOCIATED_TOKEN)
        self._fees = ledger.known(FEE_RECEIVER, lamports=10**12)

    def instruction(
        self, own_base: LedgerAccount, own_quote: LedgerAccount, base_in: int, quote_in: int
    ) -> Instruction:
        """Open the pool with the creator's tokens; all LP tokens go to the creator."""
        creator, pool, lp = self.creator, self.pool, self.lp_mint
        base, quote = pool.base, pool.quote_mint

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Initialize")
            run.invoke(
                system.create_account(creator, pool.account, RAYDIUM_CPMM, rent_exempt(637), 637)
            )
            run.invoke(
                system.create_account(
                    creator, pool.observation, RAYDIUM_CPMM, rent_exempt(4_075), 4_075
                )
            )
            for vault, mint in ((pool.base_vault, base), (pool.quote_vault, quote)):
                run.invoke(
                    system.create_account(
                        creator, vault, mint.program, mint.rent, mint.token_account_size
                    )
                )
                run.invoke(associated.initialize_account(vault, pool.authority, mint))
            run.invoke(system.create_account(creator, lp.account, TOKEN, rent_exempt(82), 82))
            run.invoke(token.initialize_mint(lp, pool.authority, None))
            run.invoke(token.transfer_checked(own_base, base, pool.base_vault, creator, base_in))
            run.invoke(
                token.transfer_checked(own_quote, quote, pool.quote_vault, creator, quote_in)
            )
            run.invoke(associated.create(creator, self.creator_lp, creator, lp))
            minted = isqrt(arriving(base, base_in) * arriving(quote, quote_in)) - _LOCKED
            run.invoke(token.mint_to(lp, self.creator_lp, pool.authority, minted))
            run.invoke(system.transfer(creator, self._fees, CREATION_FEE))

        accounts = (
            creator,
            pool.config,
            pool.authority,
            pool.account,
            base.account,
            quote.account,
            lp.account,
            own_base,
            own_quote,
            self.creator_lp,
            pool.base_vault,
            pool.quote_vault,
            self._fees,
            pool.observation,
            TOKEN,
            base.program,
            quote.program,
            ASSOCIATED_TOKEN,
            SYSTEM,
            RENT,
        )
        data = _INITIALIZE + u64(base_in, quote_in, 0)
        return Instruction(RAYDIUM_CPMM, accounts, _OPEN_FLAGS, data, 60_000, effect)


def withdraw(
    pool: RaydiumCpmmPool,
    owner: LedgerAccount,
    own_lp: LedgerAccount,
    own_base: LedgerAccount,
    own_quote: LedgerAccount,
    lp_amount: int,
) -> Instruction:
    """Burn ``lp_amount`` LP tokens for their share of both sides."""
    lp = pool.lp_mint
    if lp is None:
        raise NoLiquidityToken(pool.account.address)

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: Withdraw")
        base, quote = pool.reserves()
        total = lp.supply + _LOCKED
        base_out, quote_out = base * lp_amount // total, quote * lp_amount // total
        before = (base, quote)
        run.invoke(token.burn(own_lp, lp, owner, lp_amount))
        log_data(
            run,
            _CHANGED + pool.account.key + u64(total, *before, base_out, quote_out, 0, 0) + b"\x01",
        )
        run.invoke(
            token.transfer_checked(pool.base_vault, pool.base, own_base, pool.authority, base_out)
        )
        run.invoke(
            token.transfer_checked(
                pool.quote_vault, pool.quote_mint, own_quote, pool.authority, quote_out
            )
        )

    accounts = (
        owner,
        pool.authority,
        pool.account,
        own_lp,
        own_base,
        own_quote,
        pool.base_vault,
        pool.quote_vault,
        TOKEN,
        TOKEN_2022,
        pool.base.account,
        pool.quote_mint.account,
        lp.account,
        MEMO,
    )
    data = _WITHDRAW + u64(lp_amount, 0, 0)
    return Instruction(RAYDIUM_CPMM, accounts, _TAKE_FLAGS, data, 45_000, effect)


class NoLiquidityToken(Exception):
    """The pool was there from the beginning and has no LP token: our own mistake to ask."""
