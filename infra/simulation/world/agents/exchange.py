"""Exchanges: hot wallets that pay out to anybody, and gather what is sent to them."""

from collections.abc import Callable
from typing import ClassVar

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.desk import KEEP, Desk, Urgency
from infra.simulation.world.economy import Economy, Intent
from infra.simulation.world.opening import grant
from infra.simulation.world.rates import LAMPORTS_PER_SOL, log_normal
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.runtime.validator import Request

_SWEEP_SLOTS = 60
_DUST = LAMPORTS_PER_SOL // 100


class Exchange(Agent):
    """One exchange. ``customers`` draws whom it deals with, ``newcomer`` makes another one."""

    kind: ClassVar[str] = "exchange"

    def __init__(
        self,
        economy: Economy,
        desk: Desk,
        name: str,
        customers: Callable[[], Agent],
        newcomer: Callable[[LedgerAccount], None],
    ) -> None:
        super().__init__(economy, desk, name)
        self._customers = customers
        self._newcomer = newcomer
        self.hot = self.open_wallet(2_000_000 * LAMPORTS_PER_SOL)
        grant(self.hot, economy.usdc, 400_000_000 * 10**6, economy)
        for listing in economy.established:
            grant(self.hot, listing.mint, listing.pools[0].reserves()[0] * 20, economy)
        self._deposits: dict[LedgerAccount, LedgerAccount] = {}

    def act(self) -> list[Intent]:
        drawn = self.random.randrange(10)
        if drawn < 3:
            return [self._welcome()]
        customer = self._customers()
        wallet = customer.till()
        if drawn < 6:
            return [self._pay_out(wallet, customer.cash_scale)]
        if drawn < 8:
            return [self._pay_out_dollars(wallet, customer.cash_scale)]
        return self._take_in(wallet)

    def _welcome(self) -> Request | None:
        """Somebody new withdraws to a first wallet of their own."""
        wallet = self.economy.ledger.wallet()
        self._newcomer(wallet)
        lamports = log_normal(self.random, 2 * LAMPORTS_PER_SOL, 1.4) + 3 * KEEP
        return self.desk.pay(self.hot, wallet, lamports, Urgency(10_000))

    def _pay_out(self, wallet: LedgerAccount, scale: int) -> Request | None:
        lamports = log_normal(self.random, 3 * scale * LAMPORTS_PER_SOL, 1.4)
        return self.desk.pay(self.hot, wallet, lamports, Urgency(10_000))

    def _pay_out_dollars(self, wallet: LedgerAccount, scale: int) -> Request | None:
        amount = log_normal(self.random, 400 * scale * 10**6, 1.3)
        return self.desk.pay_token(self.hot, wallet, self.economy.usdc, amount, Urgency(10_000))

    def _take_in(self, wallet: LedgerAccount) -> list[Intent]:
        """A customer sends SOL to a deposit address of theirs; a sweep follows."""
        deposit = self._deposits.get(wallet)
        if deposit is None:
            deposit = self._deposits[wallet] = self.economy.ledger.wallet()
            self.wallets.append(deposit)
        lamports = self.desk.balance(wallet, self.economy.sol) // 3
        if lamports < _DUST:
            return []
        self.economy.schedule(_SWEEP_SLOTS, lambda: [self._sweep(deposit)])
        return [self.desk.pay(wallet, deposit, lamports, Urgency())]

    def _sweep(self, deposit: LedgerAccount) -> Intent:
        return self.desk.pay(deposit, self.hot, deposit.lamports - 2 * KEEP, Urgency(10_000))
