"""Every movement of lamports and tokens one transaction's instructions say, in order.

Running the System and Token programs' instructions over the balances before gives the balances
after, to the lamport; what differs was moved by a program directly, and becomes a movement too.
"""

from typing import Final

from domain.chain.movement import Movement
from domain.chain.transaction import Call, ChainTransaction
from domain.chain.venues.layout import Venue
from domain.values import SOL_DECIMALS, WRAPPED_SOL

TOKEN_ACCOUNT_RENT: Final = 2_039_280
"""Lamports that keep a token account of 165 bytes; a wrapped-SOL account holds them untouched."""


class Ledger:
    """The movements of one transaction, in order, and who owns which account of it.

    ``rents`` are what opening accounts cost and closing them gave back. ``aliases`` names the user
    on whose behalf an escrow holds tokens. ``venues`` are the calls of known venues, ``unlisted``
    those of programs nobody listed.
    """

    __slots__ = (
        "accounts",
        "aliases",
        "lamports",
        "minted_decimals",
        "movements",
        "owners",
        "rents",
        "transaction",
        "unlisted",
        "venues",
    )

    def __init__(self, transaction: ChainTransaction) -> None:
        self.transaction = transaction
        self.accounts = transaction.token_accounts
        self.movements: list[Movement] = []
        self.lamports = list(transaction.lamports_before)
        self.rents: list[Movement] = []
        self.minted_decimals: dict[str, int] = {}
        self.aliases: dict[str, str] = {}
        self.owners: list[str] = []
        self.venues: list[tuple[Call, Venue]] = []
        self.unlisted: list[Call] = []

    def name_owners(self) -> None:
        """Fill ``owners``, by account: a token account's owner, otherwise the account itself.

        What an escrow holds counts as the user's whom it holds it for.
        """
        self.owners = owners = list(self.transaction.keys)
        for at, held in self.accounts.items():
            if held.owner is not None:
                owners[at] = held.owner
        if self.aliases:
            self.owners = [self.aliases.get(owner, owner) for owner in owners]

    def holder(self, account: int) -> str:
        """Like ``owners``, but an escrow is itself: whose balance it is, not whose money."""
        held = self.accounts.get(account)
        owner = None if held is None else held.owner
        return self.transaction.keys[account] if owner is None else owner

    def decimals(self, mint: str) -> int:
        """The mint's decimals, as any balance or instruction tells."""
        if mint == WRAPPED_SOL:
            return SOL_DECIMALS
        for account in self.accounts.values():
            if account.mint == mint:
                return account.decimals
        return self.minted_decimals.get(mint, 0)
