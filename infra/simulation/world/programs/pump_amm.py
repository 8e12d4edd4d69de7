"""PumpSwap: where a token goes when its bonding curve is full.

Layouts as they were in April 2025 (recorded mainnet blocks 332254855 and 332254908, which
this chain follows): 17 accounts, 0.20 % for liquidity and 0.05 % for the protocol, events
by call and in the log.
"""

from typing import ClassVar, Final

from infra.simulation.world.market.pool import (
    BASIS,
    Order,
    Pool,
    constant_product_in,
    constant_product_out,
)
from infra.simulation.world.programs import token
from infra.simulation.world.programs.anchor import (
    call_event,
    event,
    log_data,
    method,
    refusal,
    u64,
)
from infra.simulation.world.programs.ids import ASSOCIATED_TOKEN, PUMP_AMM, SYSTEM, TOKEN
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import READ, SIGN_WRITE, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

GLOBAL_CONFIG: Final = "ADyA8hdefvWN2dbGGWFotbzWxrAvLW83WG6QCVXvJKqw"
EVENT_AUTHORITY: Final = "GS4CU59F31iL7aR2Q8zVS8DRrcRnXX1yjQ66TqNVQnaR"
FEE_RECIPIENT: Final = "AVmoTthdrX6tKt4nDjco2D775W2YK3sDhxPcMmzUAmTY"
_LP_BPS, _PROTOCOL_BPS = 20, 5
_BUY: Final = method("buy")
_SELL: Final = method("sell")
_BUY_EVENT: Final = event("BuyEvent")
_SELL_EVENT: Final = event("SellEvent")
_R, _W = READ, WRITE
_FLAGS: Final = bytes((_R, SIGN_WRITE, _R, _R, _R, _W, _W, _W, _W, _R, _W, _R, _R, _R, _R, _R, _R))
_UNITS: Final = 41_000


class PumpAmmPool(Pool):
    """One pool of a token against wrapped SOL."""

    venue: ClassVar[str] = "pumpswap"

    def __init__(
        self,
        ledger: Ledger,
        account: LedgerAccount,
        base: MintState,
        quote: MintState,
        vaults: tuple[LedgerAccount, LedgerAccount],
        fee_account: LedgerAccount,
    ) -> None:
        super().__init__(account, base, quote)
        self.base_vault, self.quote_vault = vaults
        self.fee_account = fee_account
        self._config = ledger.known(GLOBAL_CONFIG, PUMP_AMM.address, 3_069_360)
        self._events = ledger.known(EVENT_AUTHORITY)

    def reserves(self) -> tuple[int, int]:
        return self.base_vault.amount, self.quote_vault.amount

    def quote(self, mint_in: MintState, amount_in: int) -> int:
        base, quote = self.base_vault.amount, self.quote_vault.amount
        if mint_in is self.base:
            gross = constant_product_out(amount_in, base, quote)
            return gross - _share(gross, _LP_BPS) - _share(gross, _PROTOCOL_BPS)
        net = amount_in * BASIS // (BASIS + _LP_BPS + _PROTOCOL_BPS)
        return constant_product_out(max(net - 2, 0), quote, base)

    def swap(self, order: Order) -> Instruction:
        if order.mint_in is self.base:
            return self._sell(order)
        return self._buy(order)

    def _accounts(
        self, user: LedgerAccount, base: LedgerAccount, quote: LedgerAccount
    ) -> tuple[LedgerAccount, ...]:
        recipient = self.fee_account.holder or self.fee_account
        return (
            self.account,
            user,
            self._config,
            self.base.account,
            self.quote_mint.account,
            base,
            quote,
            self.base_vault,
            self.quote_vault,
            recipient,
            self.fee_account,
            TOKEN,
            TOKEN,
            SYSTEM,
            ASSOCIATED_TOKEN,
            self._events,
            PUMP_AMM,
        )

    def _keys(self, user: LedgerAccount, base: LedgerAccount, quote: LedgerAccount) -> bytes:
        recipient = self.fee_account.holder or self.fee_account
        return b"".join(
            (self.account.key, user.key, base.key, quote.key, recipient.key, self.fee_account.key)
        )

    def _buy(self, order: Order) -> Instruction:
        """Exact output of ``expected_out`` for at most the input and its slippage."""
        user, base_account, quote_account = order.user, order.destination, order.source
        out = order.expected_out
        most = order.amount_in * (BASIS + order.slippage_bps) // BASIS

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Buy")
            base, quote = self.base_vault.amount, self.quote_vault.amount
            if out >= base or out <= 0:
                raise refusal(6001, "ZeroBaseAmount", "zero_base_amount")
            raw = constant_product_in(out, quote, base)
            lp_fee, fee = _share(raw, _LP_BPS), _share(raw, _PROTOCOL_BPS)
            total = raw + lp_fee + fee
            if total > most:
                raise refusal(6004, "ExceededSlippage", "exceeded_slippage", _BUY_PLACE)
            held = (base_account.amount, quote_account.amount)
            run.invoke(
                token.transfer_checked(self.base_vault, self.base, base_account, self.account, out)
            )
            run.invoke(
                token.transfer_checked(
                    quote_account, self.quote_mint, self.quote_vault, user, raw + lp_fee
                )
            )
            run.invoke(
                token.transfer_checked(quote_account, self.quote_mint, self.fee_account, user, fee)
            )
            numbers = (out, most, *held, base, quote, raw, _LP_BPS, lp_fee, _PROTOCOL_BPS, fee)
            self._record(run, _BUY_EVENT, (*numbers, raw + lp_fee, total), user, order)
            run.fills.append(self._fill(run, order, total, out, fee_in=fee))

        accounts = self._accounts(user, base_account, quote_account)
        return Instruction(PUMP_AMM, accounts, _FLAGS, _BUY + u64(out, most), _UNITS, effect)

    def _sell(self, order: Order) -> Instruction:
        """Exact input."""
        user, base_account, quote_account = order.user, order.source, order.destination
        amount, least = order.amount_in, order.minimum_out

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Sell")
            base, quote = self.base_vault.amount, self.quote_vault.amount
            gross = constant_product_out(amount, base, quote)
            lp_fee, fee = _share(gross, _LP_BPS), _share(gross, _PROTOCOL_BPS)
            net = gross - lp_fee - fee
            if net < least or net <= 0:
                raise refusal(6004, "ExceededSlippage", "exceeded_slippage", _SELL_PLACE)
            held = (base_account.amount, quote_account.amount)
            run.invoke(
                token.transfer_checked(base_account, self.base, self.base_vault, user, amount)
            )
            run.invoke(
                token.transfer_checked(
                    self.quote_vault, self.quote_mint, quote_account, self.account, net
                )
            )
            run.invoke(
                token.transfer_checked(
                    self.quote_vault, self.quote_mint, self.fee_account, self.account, fee
                )
            )
            numbers = (amount, least, *held, base, quote, gross, _LP_BPS, lp_fee, _PROTOCOL_BPS)
            self._record(run, _SELL_EVENT, (*numbers, fee, gross - lp_fee, net), user, order)
            run.fills.append(self._fill(run, order, amount, net, fee_out=fee))

        accounts = self._accounts(user, base_account, quote_account)
        data = _SELL + u64(amount, least)
        return Instruction(PUMP_AMM, accounts, _FLAGS, data, _UNITS, effect)

    def _record(
        self,
        run: Execution,
        tag: bytes,
        numbers: tuple[int, ...],
        user: LedgerAccount,
        order: Order,
    ) -> None:
        selling = order.mint_in is self.base
        base = order.source if selling else order.destination
        quote = order.destination if selling else order.source
        payload = tag + u64(run.block_time, *numbers) + self._keys(user, base, quote)
        log_data(run, payload)
        call_event(run, PUMP_AMM, self._events, payload)

    def _fill(
        self, run: Execution, order: Order, paid: int, got: int, fee_in: int = 0, fee_out: int = 0
    ) -> Fill:
        return Fill(
            order.user,
            self.venue,
            self.account.address,
            order.mint_in,
            paid,
            self.other(order.mint_in),
            got,
            fee_in,
            fee_out,
            outer_index=run.index,
        )


_BUY_PLACE: Final = "programs/pump-amm/src/instructions/buy.rs:198"
_SELL_PLACE: Final = "programs/pump-amm/src/instructions/sell.rs:204"


def _share(amount: int, basis_points: int) -> int:
    return -(-amount * basis_points // BASIS)
