"""Opening a PumpSwap pool, which only a migration does here.

Accounts and `CreatePoolEvent`: the program's IDL of April 2025.
"""

from math import isqrt
from typing import Final

from infra.simulation.world.programs import associated, pump_amm, system, token
from infra.simulation.world.programs.anchor import call_event, event, log_data, method, u64
from infra.simulation.world.programs.ids import (
    ASSOCIATED_TOKEN,
    PUMP,
    PUMP_AMM,
    SYSTEM,
    TOKEN,
    TOKEN_2022,
)
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import READ, SIGN_WRITE, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

WITHDRAW_AUTHORITY: Final = "39azUYFWPz3VHgKCf3VChUwbpURdCHRxjWVowf5jUJjg"
_CREATE_POOL: Final = method("create_pool")
_CREATED: Final = event("CreatePoolEvent")
_R, _W = READ, WRITE
_FLAGS: Final = bytes(
    (_W, _R, SIGN_WRITE, _R, _R, _W, _W, _W, _W, _W, _W, _R, _R, _R, _R, _R, _R, _R)
)
_POOL_BYTES: Final = 211
_LOCKED: Final = 100


class PoolOpening:
    """Every account that a new pool of ``base`` against SOL needs."""

    def __init__(self, ledger: Ledger, base: MintState, sol: MintState) -> None:
        self.program = PUMP_AMM
        self.base, self.sol = base, sol
        self.creator = ledger.derived(PUMP, b"pool-authority", base.account.key, owner="1" * 32)
        index = (0).to_bytes(2, "little")
        self.pool = ledger.derived(
            PUMP_AMM, b"pool", index, self.creator.key, base.account.key, sol.account.key
        )
        self.config = ledger.known(pump_amm.GLOBAL_CONFIG, PUMP_AMM.address, 3_069_360)
        self.events = ledger.known(pump_amm.EVENT_AUTHORITY)
        self.withdraw_authority = ledger.known(WITHDRAW_AUTHORITY, lamports=10**12)
        lp_account = ledger.derived(PUMP_AMM, b"pool_lp_mint", self.pool.key)
        self.lp_mint = MintState(lp_account, TOKEN_2022, 9)
        self.lp_mint.resize(170)
        self.lp_mint.name = f"{base.name} LP"
        ledger.mints[lp_account.address] = self.lp_mint
        self.creator_base = ledger.associated(self.creator, base, ASSOCIATED_TOKEN)
        self.creator_quote = ledger.associated(self.creator, sol, ASSOCIATED_TOKEN)
        self.creator_lp = ledger.associated(self.creator, self.lp_mint, ASSOCIATED_TOKEN)
        self.base_vault = ledger.associated(self.pool, base, ASSOCIATED_TOKEN)
        self.quote_vault = ledger.associated(self.pool, sol, ASSOCIATED_TOKEN)

    def instruction(self, base_in: int, quote_in: int, payer: LedgerAccount) -> Instruction:
        """Open the pool with these amounts; the LP tokens go to the creator."""
        creator, lp = self.creator, self.lp_mint
        minted = isqrt(base_in * quote_in) - _LOCKED

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: CreatePool")
            run.invoke(
                system.create_account(
                    payer, self.pool, PUMP_AMM, rent_exempt(_POOL_BYTES), _POOL_BYTES
                )
            )
            run.invoke(system.create_account(payer, lp.account, TOKEN_2022, rent_exempt(82), 82))
            run.invoke(token.initialize_mint(lp, self.pool, None))
            run.invoke(associated.create(payer, self.creator_lp, creator, lp))
            run.invoke(associated.create(payer, self.base_vault, self.pool, self.base))
            run.invoke(associated.create(payer, self.quote_vault, self.pool, self.sol))
            run.invoke(
                token.transfer_checked(
                    self.creator_base, self.base, self.base_vault, creator, base_in
                )
            )
            run.invoke(
                token.transfer_checked(
                    self.creator_quote, self.sol, self.quote_vault, creator, quote_in
                )
            )
            run.invoke(token.mint_to(lp, self.creator_lp, self.pool, minted))
            payload = _CREATED + u64(run.block_time) + bytes(2) + creator.key
            payload += self.base.account.key + self.sol.account.key
            payload += bytes((self.base.decimals, self.sol.decimals))
            payload += u64(base_in, quote_in, base_in, quote_in, _LOCKED, minted + _LOCKED, minted)
            payload += b"\xff" + self.pool.key + lp.account.key
            payload += self.creator_base.key + self.creator_quote.key
            log_data(run, payload)
            call_event(run, PUMP_AMM, self.events, payload)

        accounts = (
            self.pool,
            self.config,
            creator,
            self.base.account,
            self.sol.account,
            lp.account,
            self.creator_base,
            self.creator_quote,
            self.creator_lp,
            self.base_vault,
            self.quote_vault,
            SYSTEM,
            TOKEN_2022,
            TOKEN,
            TOKEN,
            ASSOCIATED_TOKEN,
            self.events,
            PUMP_AMM,
        )
        data = _CREATE_POOL + bytes(2) + u64(base_in, quote_in)
        return Instruction(PUMP_AMM, accounts, _FLAGS, data, 70_000, effect)
