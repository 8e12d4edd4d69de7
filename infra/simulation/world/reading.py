"""What anyone may read of the ledger, in the chain's own bytes."""

import heapq
from typing import Final

from infra.simulation.world.layouts.token import account_bytes
from infra.simulation.world.runtime.account import LedgerAccount, Program
from infra.simulation.world.runtime.ledger import Ledger
from infra.simulation.world.transaction import Account

LARGEST_COUNT: Final = 20
"""How many the RPC method returns."""


class Reading:
    """Accounts, balances and supplies as of the last block."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def account(self, address: str) -> Account | None:
        """The account, or None when it does not exist."""
        found = self._ledger.accounts.get(address)
        return shown(found) if found is not None and found.lamports > 0 else None

    def token_accounts_by_owner(
        self, owner: str, mint: str | None, program: str | None
    ) -> list[tuple[str, Account]]:
        """The owner's token accounts, of one mint or of one token program."""
        holder = self._ledger.accounts.get(owner)
        held = holder.tokens if holder is not None else None
        return [
            (account.address, shown(account))
            for token, account in (held or {}).items()
            if (mint is None or token.address == mint)
            and (program is None or token.program.address == program)
        ]

    def largest_accounts(self, mint: str) -> list[tuple[str, int]]:
        """The largest token accounts with their base units, largest first."""
        token = self._ledger.mints.get(mint)
        if token is None:
            return []
        largest = heapq.nlargest(LARGEST_COUNT, token.accounts, key=lambda a: a.amount)
        return [(account.address, account.amount) for account in largest]

    def supply(self, mint: str) -> tuple[int, int] | None:
        """Supply in base units and decimals."""
        token = self._ledger.mints.get(mint)
        return None if token is None else (token.supply, token.decimals)

    def program_accounts(self, program: str) -> list[tuple[str, Account]]:
        """Every account that ``program`` owns."""
        return [
            (account.address, shown(account))
            for account in self._ledger.live()
            if owning_program(account) == program
        ]


def owning_program(account: LedgerAccount) -> str:
    """Token accounts belong to their token program, the rest to whom they were opened for."""
    return account.program if account.mint is None else account.mint.program.address


def shown(account: LedgerAccount) -> Account:
    """The account in the chain's own bytes."""
    if account.mint is not None:
        data = account_bytes(account)
    else:
        data = account.encode() if account.encode is not None else b""
    return Account(
        lamports=account.lamports,
        owner=owning_program(account),
        data=data,
        executable=isinstance(account, Program),
        slot=account.slot,
    )
