"""Raydium CPMM: constant product for both token programs, with protocol fees set aside.

Discriminators and account orders: raydium-io/raydium-cp-swap `instructions/`; the event:
`states/events.rs` there.
"""

from typing import ClassVar, Final

from infra.simulation.world.layouts.pools import cpmm_bytes
from infra.simulation.world.market.pool import (
    Order,
    Pool,
    arriving,
    constant_product_out,
)
from infra.simulation.world.programs import token
from infra.simulation.world.programs.anchor import event, log_data, method, refusal, u64
from infra.simulation.world.programs.ids import RAYDIUM_CPMM
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import READ, SIGN_WRITE, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

AUTHORITY: Final = "GpMZbSM2GgvTKHJirzeGfMFoaZ8UR2X7F4v8vHTvxFbL"
CONFIG: Final = "D4FPEruKEHrG5TenZ2mpDGEfu1iUvTiqBxvpU8HLBvC2"
_FEE_MILLIONTHS, _MILLION = 2_500, 1_000_000
_PROTOCOL_SHARE, _FUND_SHARE = 120_000, 40_000
_SWAP_BASE_INPUT: Final = method("swap_base_input")
_SWAP_EVENT: Final = event("SwapEvent")
_R, _W = READ, WRITE
_SWAP: Final = bytes((SIGN_WRITE, _R, _R, _W, _W, _W, _W, _W, _R, _R, _R, _R, _W))
_UNITS: Final = 36_000


class RaydiumCpmmPool(Pool):
    """One pool; ``base`` and ``quote`` in whichever order the mints' addresses fall."""

    venue: ClassVar[str] = "raydium-cpmm"

    def __init__(
        self,
        ledger: Ledger,
        base: MintState,
        quote: MintState,
        vaults: tuple[LedgerAccount, LedgerAccount],
        account: LedgerAccount | None = None,
    ) -> None:
        opened = account or ledger.fresh(RAYDIUM_CPMM.address, rent_exempt(637))
        super().__init__(opened, base, quote)
        self.base_vault, self.quote_vault = vaults
        self.authority = ledger.known(AUTHORITY, lamports=4_256_501_040)
        self.config = ledger.known(CONFIG, RAYDIUM_CPMM.address, rent_exempt(236))
        self.observation = ledger.derived(
            RAYDIUM_CPMM, b"observation", self.account.key, lamports=rent_exempt(4_075)
        )
        self.base_fees = 0
        self.quote_fees = 0
        self.lp_mint: MintState | None = None
        self.account.encode = lambda: cpmm_bytes(self)

    def reserves(self) -> tuple[int, int]:
        return self.base_vault.amount - self.base_fees, self.quote_vault.amount - self.quote_fees

    def quote(self, mint_in: MintState, amount_in: int) -> int:
        base, quote = self.reserves()
        arrived = arriving(mint_in, amount_in)
        net = arrived - _trade_fee(arrived)
        if mint_in is self.base:
            return constant_product_out(net, base, quote)
        return constant_product_out(net, quote, base)

    def swap(self, order: Order) -> Instruction:
        """Exact input."""
        mint_in, mint_out = order.mint_in, self.other(order.mint_in)
        selling = mint_in is self.base
        vault_in, vault_out = (
            (self.base_vault, self.quote_vault) if selling else (self.quote_vault, self.base_vault)
        )
        user, minimum = order.user, order.minimum_out

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: SwapBaseInput")
            out = self.quote(mint_in, order.amount_in)
            arrived = arriving(mint_in, order.amount_in)
            received = arriving(mint_out, out)
            if received < minimum or out == 0:
                raise refusal(
                    6005,
                    "ExceededSlippage",
                    "Exceeds desired slippage limit",
                    "programs/cp-swap/src/instructions/swap_base_input.rs:152",
                )
            base, quote = self.reserves()
            before = (base, quote) if selling else (quote, base)
            log_data(
                run,
                _SWAP_EVENT
                + self.account.key
                + u64(*before, arrived, out, order.amount_in - arrived, out - received)
                + b"\x01",
            )
            self._set_aside(run, arrived, selling=selling)
            run.invoke(
                token.transfer_checked(order.source, mint_in, vault_in, user, order.amount_in)
            )
            run.invoke(
                token.transfer_checked(vault_out, mint_out, order.destination, self.authority, out)
            )
            run.fills.append(
                Fill(
                    user,
                    self.venue,
                    self.account.address,
                    mint_in,
                    order.amount_in,
                    mint_out,
                    received,
                    withheld=out - received,
                    outer_index=run.index,
                )
            )

        accounts = (
            user,
            self.authority,
            self.config,
            self.account,
            order.source,
            order.destination,
            vault_in,
            vault_out,
            mint_in.program,
            mint_out.program,
            mint_in.account,
            mint_out.account,
            self.observation,
        )
        data = _SWAP_BASE_INPUT + u64(order.amount_in, minimum)
        return Instruction(RAYDIUM_CPMM, accounts, _SWAP, data, _UNITS, effect)

    def _set_aside(self, run: Execution, arrived: int, *, selling: bool) -> None:
        """Protocol's and fund's share of the fee stay in the vault but outside the price."""
        fee = _trade_fee(arrived)
        share = fee * _PROTOCOL_SHARE // _MILLION + fee * _FUND_SHARE // _MILLION
        before = (self.base_fees, self.quote_fees)

        def undo() -> None:
            self.base_fees, self.quote_fees = before

        run.undo.append(undo)
        if selling:
            self.base_fees += share
        else:
            self.quote_fees += share


def _trade_fee(amount: int) -> int:
    return -(-amount * _FEE_MILLIONTHS // _MILLION)
