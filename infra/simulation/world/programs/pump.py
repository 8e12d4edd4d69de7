"""Pump.fun: a token is born on a bonding curve, and leaves it for PumpSwap when it is full.

Layouts as they were in April 2025 (recorded mainnet blocks 332254855 and 332254908): 12
accounts to buy or sell, 1 % fee beside the price, the short TradeEvent.
"""

from collections.abc import Callable
from typing import ClassVar, Final

from infra.simulation.world.market.pool import BASIS, Order, Pool, constant_product_out
from infra.simulation.world.programs import system, token
from infra.simulation.world.programs.anchor import (
    call_event,
    event,
    log_data,
    method,
    refusal,
    u64,
)
from infra.simulation.world.programs.ids import ASSOCIATED_TOKEN, PUMP, RENT, SYSTEM, TOKEN
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import READ, SIGN_WRITE, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

GLOBAL: Final = "4wTV1YmiEkRvAtNtsSGPtUrqRYQMe5SKy2uB4Jjaxnjf"
FEE_RECIPIENT: Final = "CebN5WGQ4jvEPvsVU4EoHEpgzq1VV7AbicfhtW4xC9iM"
EVENT_AUTHORITY: Final = "Ce6TQqeHC9p8KetsN6JsjHK7UTZk7nasjjnr7XxXp9F1"
MINT_AUTHORITY: Final = "TSLvdd1pWpHVjahSpsvCXUbgwsL3JAcvokwaKt1eokM"

SUPPLY: Final = 1_000_000_000_000_000
VIRTUAL_SOL: Final = 30_000_000_000
VIRTUAL_TOKENS: Final = 1_073_000_000_000_000
FOR_SALE: Final = 793_100_000_000_000
CURVE_RENT: Final = rent_exempt(49)
_FEE_BPS: Final = 100

_BUY: Final = method("buy")
_SELL: Final = method("sell")
TRADE_EVENT: Final = event("TradeEvent")
COMPLETE_EVENT: Final = event("CompleteEvent")
_R, _W = READ, WRITE
_BUY_FLAGS: Final = bytes((_R, _W, _R, _W, _W, _W, SIGN_WRITE, _R, _R, _R, _R, _R))
_BUY_UNITS, _SELL_UNITS = 28_900, 27_400


class BondingCurve(Pool):
    """The curve of one token; base is the token, quote native SOL."""

    venue: ClassVar[str] = "pump"
    wraps_sol: ClassVar[bool] = False

    def __init__(self, ledger: Ledger, mint: MintState, sol: MintState) -> None:
        account = ledger.derived(PUMP, b"bonding-curve", mint.account.key)
        super().__init__(account, mint, sol)
        self.vault = ledger.associated(account, mint, ASSOCIATED_TOKEN)
        self.globals = ledger.known(GLOBAL, PUMP.address, 286_914_360)
        self.events = ledger.known(EVENT_AUTHORITY, lamports=137_104_014)
        self._fees = ledger.known(FEE_RECIPIENT, lamports=1_744_791_747_758)
        self.complete = False
        self.completed: Callable[[], None] | None = None

    @property
    def real_sol(self) -> int:
        """Lamports paid in so far."""
        return max(self.account.lamports - CURVE_RENT, 0)

    @property
    def real_tokens(self) -> int:
        """Base units still for sale: all of them while the curve is only planned."""
        if self.vault.mint is None:
            return FOR_SALE
        return max(self.vault.amount - (SUPPLY - FOR_SALE), 0)

    def reserves(self) -> tuple[int, int]:
        """The virtual reserves the price follows from."""
        return VIRTUAL_TOKENS - FOR_SALE + self.real_tokens, VIRTUAL_SOL + self.real_sol

    def quote(self, mint_in: MintState, amount_in: int) -> int:
        tokens, sol = self.reserves()
        if mint_in is self.base:
            gross = constant_product_out(amount_in, tokens, sol)
            return gross - _fee(gross)
        net = amount_in * BASIS // (BASIS + _FEE_BPS)
        return min(constant_product_out(max(net - 1, 0), sol, tokens), self.real_tokens)

    def swap(self, order: Order) -> Instruction:
        return self._sell(order) if order.mint_in is self.base else self._buy(order)

    def _buy(self, order: Order) -> Instruction:
        """Exact output of ``expected_out``, or what is left, for at most input and slippage."""
        user, own, wanted = order.user, order.destination, order.expected_out
        most = order.amount_in * (BASIS + order.slippage_bps) // BASIS

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Buy")
            self._require_open()
            tokens, sol = self.reserves()
            out = min(wanted, self.real_tokens)
            cost = out * sol // (tokens - out) + 1
            fee = _fee(cost)
            if cost + fee > most:
                raise refusal(
                    6002,
                    "TooMuchSolRequired",
                    "slippage: Too much SOL required to buy the given amount of tokens.",
                    "programs/pump/src/lib.rs:743",
                )
            run.invoke(token.transfer(self.vault, own, self.account, out))
            run.invoke(system.transfer(user, self.account, cost))
            run.invoke(system.transfer(user, self._fees, fee))
            self._record(run, user, cost, out, bought=True)
            sol_mint = self.quote_mint
            run.fills.append(
                self._fill(run, user, (sol_mint, cost + fee), (self.base, out), fee_in=fee)
            )

        accounts = (*self._head(own, user), SYSTEM, TOKEN, RENT, self.events, PUMP)
        data = _BUY + u64(wanted, most)
        return Instruction(PUMP, accounts, _BUY_FLAGS, data, _BUY_UNITS, effect)

    def _sell(self, order: Order) -> Instruction:
        """Exact input."""
        user, own, amount, least = order.user, order.source, order.amount_in, order.minimum_out

        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Sell")
            self._require_open()
            tokens, sol = self.reserves()
            gross = constant_product_out(amount, tokens, sol)
            fee = _fee(gross)
            if gross - fee < least or gross > self.real_sol:
                raise refusal(
                    6003,
                    "TooLittleSolReceived",
                    "slippage: Too little SOL received to sell the given amount of tokens.",
                    "programs/pump/src/lib.rs:863",
                )
            run.invoke(token.transfer(own, self.vault, user, amount))
            self.account.lamports -= gross
            user.lamports += gross - fee
            self._fees.lamports += fee
            self._record(run, user, gross, amount, bought=False)
            run.fills.append(
                self._fill(
                    run,
                    user,
                    (self.base, amount),
                    (self.quote_mint, gross - fee),
                    fee_out=fee,
                )
            )

        accounts = (
            *self._head(own, user),
            SYSTEM,
            ASSOCIATED_TOKEN,
            TOKEN,
            self.events,
            PUMP,
        )
        data = _SELL + u64(amount, least)
        return Instruction(PUMP, accounts, _BUY_FLAGS, data, _SELL_UNITS, effect)

    def _head(self, own: LedgerAccount, user: LedgerAccount) -> tuple[LedgerAccount, ...]:
        return (
            self.globals,
            self._fees,
            self.base.account,
            self.account,
            self.vault,
            own,
            user,
        )

    def _require_open(self) -> None:
        if self.complete:
            raise refusal(
                6005,
                "BondingCurveComplete",
                "The bonding curve has completed and liquidity migrated to raydium.",
                "programs/pump/src/lib.rs:716",
            )

    def _record(
        self, run: Execution, user: LedgerAccount, sol: int, tokens: int, *, bought: bool
    ) -> None:
        virtual_tokens, virtual_sol = self.reserves()
        payload = (
            TRADE_EVENT
            + self.base.account.key
            + u64(sol, tokens)
            + bytes((bought,))
            + user.key
            + u64(run.block_time, virtual_sol, virtual_tokens, self.real_sol, self.real_tokens)
        )
        log_data(run, payload)
        call_event(run, PUMP, self.events, payload)
        if bought and self.real_tokens == 0:
            run.undo.append(lambda: setattr(self, "complete", False))
            self.complete = True
            if self.completed is not None:
                self.completed()
            ended = COMPLETE_EVENT + user.key + self.base.account.key + self.account.key
            log_data(run, ended + u64(run.block_time))
            call_event(run, PUMP, self.events, ended + u64(run.block_time))

    def _fill(
        self,
        run: Execution,
        user: LedgerAccount,
        paid: tuple[MintState, int],
        got: tuple[MintState, int],
        fee_in: int = 0,
        fee_out: int = 0,
    ) -> Fill:
        return Fill(
            user,
            self.venue,
            self.account.address,
            *paid,
            *got,
            fee_in,
            fee_out,
            outer_index=run.index,
        )


def _fee(amount: int) -> int:
    return -(-amount * _FEE_BPS // BASIS)
