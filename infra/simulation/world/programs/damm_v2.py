"""Meteora DAMM v2: full-range liquidity, fee taken from what comes out, events by call.

Account order and the `EvtSwap` layout: MeteoraAg/cp-amm `ix_swap.rs` and `event.rs`; no
recorded transaction of this venue was at hand to check them against.
"""

from typing import ClassVar, Final

from infra.simulation.world.market.concentrated import sqrt_price_of
from infra.simulation.world.market.pool import Order, Pool, arriving, constant_product_out
from infra.simulation.world.programs import token
from infra.simulation.world.programs.anchor import call_event, event, method, refusal, u64
from infra.simulation.world.programs.ids import METEORA_DAMM_V2
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import READ, SIGN, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

AUTHORITY: Final = "HLnpSz9h2S4hiLQ43rnSD9XkcUThA7B8hQMKmDaiTLcC"
_SWAP: Final = method("swap")
_EVENT: Final = event("EvtSwap")
_R, _W = READ, WRITE
_FLAGS: Final = bytes((_R, _W, _W, _W, _W, _W, _R, _R, SIGN, _R, _R, _R, _R, _R))
_UNITS: Final = 38_500
_FEE, _PER = 25, 10_000
_PROTOCOL_PERCENT: Final = 20


class DammV2Pool(Pool):
    """One pool; base is token A and quote token B."""

    venue: ClassVar[str] = "meteora-damm-v2"

    def __init__(
        self,
        ledger: Ledger,
        base: MintState,
        quote: MintState,
        vaults: tuple[LedgerAccount, LedgerAccount],
    ) -> None:
        super().__init__(ledger.fresh(METEORA_DAMM_V2.address, rent_exempt(1_112)), base, quote)
        self.vault_a, self.vault_b = vaults
        self.authority = ledger.known(AUTHORITY, lamports=1_500_000_000)
        self._events = ledger.derived(METEORA_DAMM_V2, b"__event_authority", owner="1" * 32)

    def reserves(self) -> tuple[int, int]:
        return self.vault_a.amount, self.vault_b.amount

    def quote(self, mint_in: MintState, amount_in: int) -> int:
        gross = self._gross(mint_in, amount_in)
        return gross - _fee(gross)

    def _gross(self, mint_in: MintState, amount_in: int) -> int:
        a, b = self.reserves()
        amount_in = arriving(mint_in, amount_in)
        if mint_in is self.base:
            return constant_product_out(amount_in, a, b)
        return constant_product_out(amount_in, b, a)

    def swap(self, order: Order) -> Instruction:
        """Exact input."""
        mint_in, mint_out = order.mint_in, self.other(order.mint_in)
        a_to_b = mint_in is self.base
        user, minimum = order.user, order.minimum_out
        vault_in, vault_out = (
            (self.vault_a, self.vault_b) if a_to_b else (self.vault_b, self.vault_a)
        )

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Swap")
            gross = self._gross(mint_in, order.amount_in)
            fee = _fee(gross)
            out = gross - fee
            received = arriving(mint_out, out)
            if received < minimum:
                raise refusal(6002, "ExceededSlippage", "Exceeded slippage tolerance")
            run.invoke(
                token.transfer_checked(order.source, mint_in, vault_in, user, order.amount_in)
            )
            run.invoke(
                token.transfer_checked(vault_out, mint_out, order.destination, self.authority, out)
            )
            protocol = fee * _PROTOCOL_PERCENT // 100
            call_event(
                run,
                METEORA_DAMM_V2,
                self._events,
                _EVENT
                + self.account.key
                + bytes((0 if a_to_b else 1, 0))
                + u64(order.amount_in, minimum, out)
                + sqrt_price_of(*self.reserves()).to_bytes(16, "little")
                + u64(fee - protocol, protocol, 0, 0)
                + u64(arriving(mint_in, order.amount_in), run.block_time),
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
            self.authority,
            self.account,
            order.source,
            order.destination,
            self.vault_a,
            self.vault_b,
            self.base.account,
            self.quote_mint.account,
            user,
            self.base.program,
            self.quote_mint.program,
            METEORA_DAMM_V2,
            self._events,
            METEORA_DAMM_V2,
        )
        data = _SWAP + u64(order.amount_in, minimum)
        return Instruction(METEORA_DAMM_V2, accounts, _FLAGS, data, _UNITS, effect)


def _fee(amount: int) -> int:
    return -(-amount * _FEE // _PER)
