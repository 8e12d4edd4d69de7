"""Token accounts before and after, as the node lists them."""

from typing import Final

from domain.chain.errors import MalformedTransaction
from domain.chain.transaction import TokenAccount
from domain.chain.wire import TransactionMeta, UiAmount

U64_MAX: Final = 2**64 - 1
_DIGITS_MAX: Final = 20


def read(meta: TransactionMeta, count: int) -> dict[int, TokenAccount]:
    """By key index; an account in one list only had, or has, nothing."""
    accounts: dict[int, TokenAccount] = {}
    for place, balance in enumerate(meta.preTokenBalances or ()):
        at = balance.accountIndex
        held = balance.uiTokenAmount
        if at >= count:
            raise _no_account("meta.preTokenBalances", place, at, count)
        text = held.amount
        if text.__class__ is str and text.isdigit() and text.isascii() and len(text) < _DIGITS_MAX:
            amount = int(text)
        else:
            amount = amount_of(held, "meta.preTokenBalances", place)
        accounts[at] = TokenAccount(balance.mint, balance.owner, held.decimals, amount, 0)
    for place, balance in enumerate(meta.postTokenBalances or ()):
        at = balance.accountIndex
        held = balance.uiTokenAmount
        if at >= count:
            raise _no_account("meta.postTokenBalances", place, at, count)
        text = held.amount
        if text.__class__ is str and text.isdigit() and text.isascii() and len(text) < _DIGITS_MAX:
            amount = int(text)
        else:
            amount = amount_of(held, "meta.postTokenBalances", place)
        known = accounts.get(at)
        if known is None:
            accounts[at] = TokenAccount(balance.mint, balance.owner, held.decimals, 0, amount)
        elif known.mint != balance.mint:
            raise MalformedTransaction(
                f"meta.postTokenBalances[{place}].mint", "differs from the one before"
            )
        else:
            known.after = amount
    return accounts


def amount_of(held: UiAmount, field: str, place: int) -> int:
    """The amount as a number; raises MalformedTransaction unless it is an unsigned 64-bit one."""
    amount = held.amount
    if isinstance(amount, int):
        return amount
    if not (amount.isdigit() and amount.isascii() and len(amount) <= _DIGITS_MAX):
        raise MalformedTransaction(f"{field}[{place}].uiTokenAmount.amount", "not a number")
    number = int(amount)
    if number > U64_MAX:
        raise MalformedTransaction(f"{field}[{place}].uiTokenAmount.amount", "over 64 bits")
    return number


def _no_account(field: str, place: int, at: int, count: int) -> MalformedTransaction:
    return MalformedTransaction(
        f"{field}[{place}].accountIndex", f"{at}, but there are {count} accounts"
    )
