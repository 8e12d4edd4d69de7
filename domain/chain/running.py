"""Runs the System and Token programs' instructions over a ledger.

Sources: interface/src/instruction.rs of solana-program/token, token-2022 and system.
"""

from collections.abc import Callable, Mapping
from typing import Final

from domain.chain import base58
from domain.chain.ledger import TOKEN_ACCOUNT_RENT, Ledger
from domain.chain.movement import NOBODY, REFUND, RENT, Movement
from domain.chain.programs import ASSOCIATED_TOKEN, COMPUTE_BUDGET, SYSTEM, TOKEN, TOKEN_2022
from domain.chain.transaction import Call, ChainTransaction, TokenAccount
from domain.chain.venues.registry import BY_PROGRAM
from domain.values import WRAPPED_SOL


def run(transaction: ChainTransaction) -> Ledger:
    """Run every instruction, in order, over the balances before."""
    ledger = Ledger(transaction)
    ledger.lamports[0] -= transaction.fee
    for call in transaction.calls:
        program = call.program
        handler = _PROGRAMS.get(program)
        if handler is not None:
            handler(ledger, call)
            continue
        venue = BY_PROGRAM.get(program)
        if venue is not None:
            ledger.venues.append((call, venue))
        elif program != COMPUTE_BUDGET:
            ledger.unlisted.append(call)
    return ledger


def _token(ledger: Ledger, call: Call) -> None:
    data = call.data
    if not data:
        return
    handler = _TOKEN.get(data[0])
    if handler is not None:
        handler(ledger, call, data)


def _transfer(ledger: Ledger, call: Call, data: bytes) -> None:
    accounts = call.accounts
    if len(accounts) < 3 or len(data) < 9:
        return
    source, target, authority = accounts[:3]
    held = ledger.accounts.get(source) or ledger.accounts.get(target)
    if held is not None and held.owner is None and source in ledger.accounts:
        held.owner = ledger.transaction.keys[authority]  # before slot 111,491,819 nobody says
    _moved(ledger, call, held.mint if held else "", data, (source, target, authority))


def _transfer_checked(ledger: Ledger, call: Call, data: bytes) -> None:
    accounts = call.accounts
    if len(accounts) < 4 or len(data) < 10:
        return
    source, mint, target, authority = accounts[:4]
    key = ledger.transaction.keys[mint]
    ledger.minted_decimals[key] = data[9]
    _moved(ledger, call, key, data, (source, target, authority))


def _moved(
    ledger: Ledger, call: Call, mint: str, data: bytes, accounts: tuple[int, int, int]
) -> None:
    source, target, authority = accounts
    amount = int.from_bytes(data[1:9], "little")
    if mint == "" or source == target:
        return
    ledger.movements.append(Movement(call, mint, amount, source, target, authority))
    if mint == WRAPPED_SOL:
        ledger.lamports[source] -= amount
        ledger.lamports[target] += amount


def _extension(ledger: Ledger, call: Call, data: bytes) -> None:
    """TransferFeeExtension: only TransferCheckedWithFee (1) moves tokens between owners."""
    if len(data) < 19 or data[1] != 1:
        return
    before = len(ledger.movements)
    _transfer_checked(ledger, call, bytes((12,)) + data[2:11])
    if len(ledger.movements) > before:
        ledger.movements[-1].fee = int.from_bytes(data[11:19], "little")


def _mint_to(ledger: Ledger, call: Call, data: bytes) -> None:
    if len(call.accounts) < 2 or len(data) < 9:
        return
    mint, target = call.accounts[:2]
    amount = int.from_bytes(data[1:9], "little")
    key = ledger.transaction.keys[mint]
    if len(data) > 9:
        ledger.minted_decimals[key] = data[9]
    ledger.movements.append(Movement(call, key, amount, NOBODY, target, call.account(2)))


def _burn(ledger: Ledger, call: Call, data: bytes) -> None:
    if len(call.accounts) < 2 or len(data) < 9:
        return
    source, mint = call.accounts[:2]
    amount = int.from_bytes(data[1:9], "little")
    key = ledger.transaction.keys[mint]
    if len(data) > 9:
        ledger.minted_decimals[key] = data[9]
    ledger.movements.append(Movement(call, key, amount, source, NOBODY, call.account(2)))


def _initialize_mint(ledger: Ledger, call: Call, data: bytes) -> None:
    if call.accounts and len(data) > 1:
        ledger.minted_decimals[ledger.transaction.keys[call.accounts[0]]] = data[1]


def _initialize_account(ledger: Ledger, call: Call, data: bytes) -> None:
    """Accounts that live and die inside the transaction are in no balance list."""
    if len(call.accounts) < 2:
        return
    account, mint = call.accounts[:2]
    key = ledger.transaction.keys[mint]
    if account not in ledger.accounts:
        if data[0] == 1 and len(call.accounts) > 2:
            owner = ledger.transaction.keys[call.accounts[2]]
        elif len(data) > 32:
            owner = base58.encode(data[1:33])
        else:
            return
        _open(ledger, account, key, owner)
    _reserve(ledger, account, key == WRAPPED_SOL)


def _associated(ledger: Ledger, call: Call) -> None:
    if len(call.accounts) < 4:
        return
    account, wallet, mint = call.accounts[1:4]
    if account not in ledger.accounts:
        keys = ledger.transaction.keys
        _open(ledger, account, keys[mint], keys[wallet])


def _open(ledger: Ledger, account: int, mint: str, owner: str) -> None:
    ledger.accounts[account] = TokenAccount(mint, owner, ledger.decimals(mint), 0, 0)


def _reserve(ledger: Ledger, account: int, wraps: bool) -> None:
    """Tell a new token account's rent from what it wraps, however the lamports came in."""
    for rent in ledger.rents:
        if rent.target == account and rent.role == RENT:
            wrapped = rent.amount - TOKEN_ACCOUNT_RENT
            if wraps and wrapped > 0:
                rent.amount = TOKEN_ACCOUNT_RENT
                ledger.movements.append(_lamports(rent, wrapped))
            return
    left = TOKEN_ACCOUNT_RENT - ledger.transaction.lamports_before[account]
    for movement in ledger.movements:
        if movement.target == account and movement.native and left > 0:
            amount = min(left, movement.amount)
            rent = _lamports(movement, amount)
            rent.role = RENT
            ledger.rents.append(rent)
            movement.amount -= amount
            left -= amount


def _lamports(like: Movement, amount: int) -> Movement:
    return Movement(
        like.call, WRAPPED_SOL, amount, like.source, like.target, like.source, native=True
    )


def _close(ledger: Ledger, call: Call, data: bytes) -> None:
    if len(call.accounts) < 2:
        return
    account, target = call.accounts[:2]
    lamports = ledger.lamports[account]
    ledger.lamports[account] = 0
    ledger.lamports[target] += lamports
    held = ledger.accounts.get(account)
    if held is not None and held.mint == WRAPPED_SOL and lamports > TOKEN_ACCOUNT_RENT:
        unwrapped = lamports - TOKEN_ACCOUNT_RENT
        ledger.movements.append(
            Movement(call, WRAPPED_SOL, unwrapped, account, target, account, native=True)
        )
        lamports = TOKEN_ACCOUNT_RENT
    refund = Movement(call, WRAPPED_SOL, lamports, account, target, account, native=True)
    refund.role = REFUND
    ledger.rents.append(refund)


def _system(ledger: Ledger, call: Call) -> None:
    data = call.data
    accounts = call.accounts
    if len(data) < 12 or len(accounts) < 2 or data[1] or data[2] or data[3]:
        return
    tag = data[0]
    source, target = accounts[0], accounts[1]
    if tag in (0, 2, 5):
        lamports = int.from_bytes(data[4:12], "little")
    elif tag == 11 and len(accounts) > 2:  # TransferWithSeed
        lamports, target = int.from_bytes(data[4:12], "little"), accounts[2]
    elif tag == 3 and len(data) >= 44:  # CreateAccountWithSeed
        start = 44 + int.from_bytes(data[36:44], "little")
        lamports = int.from_bytes(data[start : start + 8], "little")
    else:
        return
    if source == target or not lamports:
        return
    ledger.lamports[source] -= lamports
    ledger.lamports[target] += lamports
    movement = Movement(call, WRAPPED_SOL, lamports, source, target, source, native=True)
    if tag in (0, 3):
        movement.role = RENT
        ledger.rents.append(movement)
    else:
        ledger.movements.append(movement)


_TOKEN: Final[Mapping[int, Callable[[Ledger, Call, bytes], None]]] = {
    0: _initialize_mint,
    1: _initialize_account,
    3: _transfer,
    7: _mint_to,
    8: _burn,
    9: _close,
    12: _transfer_checked,
    14: _mint_to,
    15: _burn,
    16: _initialize_account,
    18: _initialize_account,
    20: _initialize_mint,
    26: _extension,
}
_PROGRAMS: Final[Mapping[str, Callable[[Ledger, Call], None]]] = {
    TOKEN: _token,
    TOKEN_2022: _token,
    SYSTEM: _system,
    ASSOCIATED_TOKEN: _associated,
}
