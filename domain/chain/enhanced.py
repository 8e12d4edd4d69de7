"""Helius enhanced entries: parsed instructions and balance changes instead of the chain's own form.

Field names: helius-labs/docs, openapi/webhooks.yaml (EnhancedTransaction). Only changes of
balances are told, so ``before`` and ``after`` are the change split by sign.
"""
# ruff: noqa: N815 (camelCase is Helius')

from typing import Final

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from domain.chain import base58, programs
from domain.chain.errors import MalformedTransaction
from domain.chain.transaction import Call, ChainTransaction, TokenAccount, link
from domain.chain.wire import Index, Signed64, Unsigned63, refusal
from domain.values import Signature, Slot, UnixSeconds

_AMOUNT_CHARACTERS_MAX: Final = 21
U64_MAX: Final = 2**64 - 1


class _RawAmount(Struct):
    tokenAmount: str
    decimals: Index


class _TokenChange(Struct):
    mint: str
    tokenAccount: str
    rawTokenAmount: _RawAmount
    userAccount: str | None = None


class _AccountData(Struct):
    account: str
    nativeBalanceChange: Signed64
    tokenBalanceChanges: list[_TokenChange] = []


class _Inner(Struct):
    programId: str
    accounts: list[str] = []
    data: str = ""


class _Instruction(_Inner):
    innerInstructions: list[_Inner] = []


class _TokenTransfer(Struct):
    mint: str
    fromUserAccount: str | None = None
    toUserAccount: str | None = None
    fromTokenAccount: str | None = None
    toTokenAccount: str | None = None


class _Entry(Struct):
    signature: str
    slot: Unsigned63
    feePayer: str
    fee: Unsigned63
    accountData: list[_AccountData]
    timestamp: Signed64 | None = None
    indexWithinBlock: Unsigned63 | None = None
    instructions: list[_Instruction] = []
    tokenTransfers: list[_TokenTransfer] = []
    transactionError: Raw = Raw(b"null")


_entry: Final = Decoder(_Entry)


def read(raw: bytes | Raw) -> ChainTransaction:
    """One enhanced entry; raises MalformedTransaction."""
    try:
        entry = _entry.decode(raw)
    except MsgspecError as malformed:
        raise refusal(malformed) from None
    except UnicodeDecodeError:
        raise MalformedTransaction("transaction", "not UTF-8") from None
    except RecursionError:
        raise MalformedTransaction("transaction", "nested too deeply") from None
    if not base58.is_signature(entry.signature):
        raise MalformedTransaction("signature", "must be base58 of 64 bytes")
    index: dict[str, int] = {entry.feePayer: 0}
    lamports = {0: 0}
    accounts: dict[int, TokenAccount] = {}
    for data in entry.accountData:
        at = index.setdefault(data.account, len(index))
        lamports[at] = data.nativeBalanceChange
        for change in data.tokenBalanceChanges:
            at = index.setdefault(change.tokenAccount, len(index))
            accounts[at] = _token_account(change)
    calls = _calls(entry, index)
    _untouched(entry, index, accounts)
    link(calls)
    count = len(index)
    return ChainTransaction(
        signature=Signature(entry.signature),
        signature_count=1,
        slot=Slot(entry.slot),
        block_time=None if entry.timestamp is None else UnixSeconds(entry.timestamp),
        index_in_block=entry.indexWithinBlock,
        keys=list(index),
        signers=1,
        failed=bytes(entry.transactionError) not in (b"null", b'""'),
        fee=entry.fee,
        lamports_before=[max(0, -lamports.get(at, 0)) for at in range(count)],
        lamports_after=[max(0, lamports.get(at, 0)) for at in range(count)],
        token_accounts=accounts,
        calls=calls,
        balances_known=False,
    )


def _token_account(change: _TokenChange) -> TokenAccount:
    amount = _signed(change.rawTokenAmount.tokenAmount)
    return TokenAccount(
        change.mint,
        change.userAccount,
        change.rawTokenAmount.decimals,
        max(0, -amount),
        max(0, amount),
    )


def _signed(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isdigit() and digits.isascii() and len(text) <= _AMOUNT_CHARACTERS_MAX):
        raise MalformedTransaction("rawTokenAmount.tokenAmount", "not a number")
    amount = int(text)
    if abs(amount) > U64_MAX:
        raise MalformedTransaction("rawTokenAmount.tokenAmount", "over 64 bits")
    return amount


def _calls(entry: _Entry, index: dict[str, int]) -> list[Call]:
    calls = []
    for outer, instruction in enumerate(entry.instructions):
        calls.append(_call(outer, -1, instruction, index))
        branched = False
        for inner, called in enumerate(instruction.innerInstructions):
            call = _call(outer, inner, called, index)
            leaf = call.program in programs.LEAVES
            call.depth = 3 if leaf and branched else 2
            branched = branched or not leaf
            calls.append(call)
    return calls


def _call(outer: int, inner: int, found: _Inner, index: dict[str, int]) -> Call:
    accounts = [index.setdefault(account, len(index)) for account in found.accounts]
    return Call(outer, inner, 1 if inner < 0 else 2, found.programId, accounts, found.data)


def _untouched(entry: _Entry, index: dict[str, int], accounts: dict[int, TokenAccount]) -> None:
    """Token accounts whose balance ended as it began appear in the transfers only."""
    decimals = {account.mint: account.decimals for account in accounts.values()}
    for moved in entry.tokenTransfers:
        sides = (
            (moved.fromTokenAccount, moved.fromUserAccount),
            (moved.toTokenAccount, moved.toUserAccount),
        )
        for account, owner in sides:
            at = index.setdefault(account, len(index)) if account else 0
            if at and at not in accounts and moved.mint in decimals:
                accounts[at] = TokenAccount(moved.mint, owner, decimals[moved.mint], 0, 0)
