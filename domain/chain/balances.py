"""Balances before and after."""

from domain.chain.decoded import BalanceChange
from domain.chain.transaction import ChainTransaction
from domain.values import SOL_DECIMALS, BaseUnits, Mint, WalletAddress


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
