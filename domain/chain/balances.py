"""Balances before and after, account by account and owner by owner."""

from collections import defaultdict

from domain.chain.decoded import BalanceChange
from domain.chain.transaction import ChainTransaction
from domain.values import SOL_DECIMALS, WRAPPED_SOL, BaseUnits, Mint, WalletAddress


def changes(transaction: ChainTransaction) -> tuple[BalanceChange, ...]:
    """Every account's lamports and tokens that are not what they were."""
    keys = transaction.keys
    found = [
        BalanceChange(
            keys[at],
            WalletAddress(keys[at]),
            None,
            BaseUnits(before),
            BaseUnits(after),
            SOL_DECIMALS,
        )
        for at, (before, after) in enumerate(
            zip(transaction.lamports_before, transaction.lamports_after, strict=True)
        )
        if before != after
    ]
    found += [
        BalanceChange(
            keys[at],
            None if account.owner is None else WalletAddress(account.owner),
            Mint(account.mint),
            BaseUnits(account.before),
            BaseUnits(account.after),
            account.decimals,
        )
        for at, account in transaction.token_accounts.items()
        if account.before != account.after
    ]
    return tuple(found)


def by_owner(transaction: ChainTransaction, owner: str) -> dict[str, int]:
    """What ``owner`` gained (negative: lost) of every mint; lamports and wrapped SOL are one."""
    gained: defaultdict[str, int] = defaultdict(int)
    for at, key in enumerate(transaction.keys):
        if key == owner:
            gained[WRAPPED_SOL] += transaction.lamports_after[at] - transaction.lamports_before[at]
    for account in transaction.token_accounts.values():
        if account.owner == owner:
            gained[account.mint] += account.after - account.before
    return {mint: amount for mint, amount in gained.items() if amount}
