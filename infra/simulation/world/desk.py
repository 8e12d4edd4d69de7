"""Composes the transactions people send: budget, accounts, wrapping, the swap, the tip."""

from collections.abc import Sequence
from random import Random
from typing import Final

from msgspec import Struct

from infra.simulation.world.economy import Economy
from infra.simulation.world.market.pool import Order, Pool, arriving
from infra.simulation.world.programs import associated, budget, jupiter, system, token
from infra.simulation.world.programs.ids import ASSOCIATED_TOKEN
from infra.simulation.world.rates import LOOKUP_PERCENT, VERSION_0_PERCENT
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.instruction import Instruction
from infra.simulation.world.runtime.lookup import LookupTable
from infra.simulation.world.runtime.validator import Request

KEEP: Final = 6_000_000
"""Lamports a wallet keeps back for rent and fees."""
_SWAP_UNITS: Final = 170_000
_ROUTE_UNITS: Final = 420_000


class Urgency(Struct, frozen=True):
    """How much a sender pays to be early: micro-lamports a unit, and a Jito tip."""

    unit_price: int = 0
    tip: int = 0


PATIENT: Final = Urgency()


class Desk:
    """Builds requests for any wallet; returns None when a wallet cannot afford what it wants."""

    def __init__(self, economy: Economy) -> None:
        self._economy = economy
        self._ledger = economy.ledger
        self._random: Random = economy.random("desk")

    def account(self, wallet: LedgerAccount, mint: MintState) -> LedgerAccount:
        """Where ``wallet`` keeps ``mint``."""
        return self._ledger.associated(wallet, mint, ASSOCIATED_TOKEN)

    def balance(self, wallet: LedgerAccount, mint: MintState) -> int:
        """What ``wallet`` can spend of ``mint``, beyond what it keeps of SOL."""
        if mint.native:
            return max(wallet.lamports - KEEP, 0)
        account = wallet.tokens.get(mint) if wallet.tokens else None
        return account.amount if account is not None else 0

    def swap(
        self,
        wallet: LedgerAccount,
        pool: Pool,
        mint_in: MintState,
        amount_in: int,
        slippage_bps: int = 300,
        urgency: Urgency = PATIENT,
        *,
        close: bool = False,
    ) -> Request | None:
        """Swap in one pool; ``close`` ends the spent token's account when it is emptied."""
        quoted = pool.quote(mint_in, amount_in)
        mint_out = pool.other(mint_in)
        expected = arriving(mint_out, quoted)
        if amount_in <= 0 or expected <= 0 or amount_in > self.balance(wallet, mint_in):
            return None
        order = Order(
            wallet,
            self.account(wallet, mint_in),
            self.account(wallet, mint_out),
            mint_in,
            amount_in,
            expected,
            slippage_bps,
        )
        wrapped = amount_in
        if pool.venue == "pumpswap" and mint_in.native:
            wrapped = min(amount_in * (10_000 + slippage_bps) // 10_000, wallet.lamports - KEEP)
        instructions = self._around(
            wallet, (pool.swap(order),), mint_in, mint_out, wrapped, wraps=pool.wraps_sol
        )
        if close and not mint_in.native and amount_in == order.source.amount:
            instructions.append(token.close_account(order.source, wallet, wallet))
        return self.request(wallet, instructions, _SWAP_UNITS, urgency)

    def several(
        self,
        wallet: LedgerAccount,
        orders: Sequence[tuple[Pool, Order]],
        urgency: Urgency = PATIENT,
    ) -> Request:
        """Several swaps in one transaction, all or nothing, through open accounts."""
        swaps = [pool.swap(order) for pool, order in orders]
        return self.request(wallet, swaps, _SWAP_UNITS * len(swaps), urgency)

    def wrap(
        self, wallet: LedgerAccount, lamports: int, urgency: Urgency = PATIENT
    ) -> Request | None:
        """Turn SOL into wrapped SOL and keep it so."""
        if lamports + KEEP > wallet.lamports:
            return None
        account = self.account(wallet, self._economy.sol)
        paid = system.transfer(wallet, account, lamports)
        return self.request(wallet, [paid, token.sync_native(account)], 10_000, urgency)

    def route(
        self,
        wallet: LedgerAccount,
        hops: Sequence[jupiter.Hop],
        amount_in: int,
        slippage_bps: int = 100,
        urgency: Urgency = PATIENT,
    ) -> Request | None:
        """Swap along ``hops`` through Jupiter."""
        mint_in, mint_out = hops[0].mint_in, hops[-1].pool.other(hops[-1].mint_in)
        if amount_in <= 0 or amount_in > self.balance(wallet, mint_in):
            return None
        expected = _quoted(hops, amount_in)
        if expected <= 0:
            return None
        plan = jupiter.Plan(hops, mint_in, mint_out, amount_in, expected, slippage_bps)
        mints = {mint: None for hop in hops for mint in (hop.mint_in, hop.pool.other(hop.mint_in))}
        accounts = {mint: self.account(wallet, mint) for mint in mints}
        swap = jupiter.route(self._ledger, plan, wallet, accounts)
        instructions = self._around(wallet, (swap,), mint_in, mint_out, amount_in, wraps=True)
        for mint in mints:
            if mint not in (mint_in, mint_out):
                opened = self._open(wallet, mint)
                instructions[:0] = opened
        return self.request(wallet, instructions, _ROUTE_UNITS, urgency)

    def pay(
        self,
        source: LedgerAccount,
        destination: LedgerAccount,
        lamports: int,
        urgency: Urgency = PATIENT,
    ) -> Request | None:
        """Send SOL."""
        if lamports <= 0 or lamports + KEEP > source.lamports:
            return None
        sent = system.transfer(source, destination, lamports)
        return self.request(source, [sent], 600, urgency)

    def pay_token(
        self,
        source: LedgerAccount,
        destination: LedgerAccount,
        mint: MintState,
        amount: int,
        urgency: Urgency = PATIENT,
    ) -> Request | None:
        """Send tokens, opening the receiver's account when it has none."""
        if amount <= 0 or amount > self.balance(source, mint) or source.lamports < KEEP:
            return None
        target = self.account(destination, mint)
        instructions: list[Instruction] = []
        if target.mint is None:
            instructions.append(associated.create(source, target, destination, mint))
        instructions.append(
            token.transfer_checked(self.account(source, mint), mint, target, source, amount)
        )
        return self.request(source, instructions, 60_000, urgency)

    def request(
        self,
        wallet: LedgerAccount,
        instructions: Sequence[Instruction],
        units: int,
        urgency: Urgency = PATIENT,
    ) -> Request:
        """Add the compute budget and the tip, and choose the message's version."""
        composed: list[Instruction] = []
        limit = 0
        if urgency.unit_price:
            limit = units + self._random.randrange(0, 400) * 50
            composed.append(budget.unit_limit(limit))
            composed.append(budget.unit_price(urgency.unit_price))
        composed += instructions
        if urgency.tip:
            target = self._random.choice(self._economy.tip_accounts)
            composed.append(system.transfer(wallet, target, urgency.tip))
        return Request(wallet, composed, self._tables(), limit, urgency.unit_price)

    def _tables(self) -> Sequence[LookupTable] | None:
        drawn = self._random.randrange(100)
        if drawn >= VERSION_0_PERCENT:
            return None
        if drawn * 100 < VERSION_0_PERCENT * LOOKUP_PERCENT:
            return self._economy.tables
        return ()

    def _open(self, wallet: LedgerAccount, mint: MintState) -> list[Instruction]:
        account = self.account(wallet, mint)
        if account.mint is not None:
            return []
        return [associated.create(wallet, account, wallet, mint)]

    def _around(
        self,
        wallet: LedgerAccount,
        swaps: Sequence[Instruction],
        mint_in: MintState,
        mint_out: MintState,
        amount_in: int,
        *,
        wraps: bool,
    ) -> list[Instruction]:
        """Open what must exist before a swap, and unwrap SOL after it."""
        instructions: list[Instruction] = []
        wrapped: LedgerAccount | None = None
        if wraps and (mint_in.native or mint_out.native):
            sol = mint_in if mint_in.native else mint_out
            wrapped = self.account(wallet, sol)
            instructions.append(associated.create(wallet, wrapped, wallet, sol))
            if mint_in.native:
                instructions.append(system.transfer(wallet, wrapped, amount_in))
                instructions.append(token.sync_native(wrapped))
        if not mint_out.native:
            instructions += self._open(wallet, mint_out)
        instructions += swaps
        if wrapped is not None:
            instructions.append(token.close_account(wrapped, wallet, wallet))
        return instructions


def _quoted(hops: Sequence[jupiter.Hop], amount_in: int) -> int:
    """What a route would pay now."""
    purse = jupiter.Purse(amount_in)
    for hop in hops:
        purse.put(hop, hop.quote(purse.take(hop)))
    return purse.at(hops[-1].output)
