"""Turns jsonParsed instructions back into the bytes and accounts they were parsed from.

Only those that move or open something; the rest comes out without data, which nothing reads.
Field names: Solana's account decoder, `transaction-status/src/parse_token.rs` and
`parse_system.rs` in anza-xyz/agave.
"""
# ruff: noqa: N815 (camelCase is the chain's)

from collections.abc import Mapping
from typing import Final, TypeVar

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from domain.chain import base58, programs
from domain.chain.errors import MalformedTransaction
from domain.chain.transaction import Call
from domain.chain.wire import Unsigned63

_T = TypeVar("_T")


class _Amount(Struct):
    amount: str
    decimals: int = 0


class _Info(Struct, rename={"new_account": "newAccount"}):
    source: str | None = None
    destination: str | None = None
    authority: str | None = None
    multisigAuthority: str | None = None
    mint: str | None = None
    account: str | None = None
    owner: str | None = None
    new_account: str | None = None
    nonceAccount: str | None = None
    wallet: str | None = None
    amount: str | None = None
    tokenAmount: _Amount | None = None
    feeAmount: _Amount | None = None
    lamports: Unsigned63 | None = None
    space: Unsigned63 | None = None
    decimals: int | None = None


class _Parsed(Struct):
    type: str
    info: _Info


_parsed: Final = Decoder(_Parsed)

_TOKEN: Final[Mapping[str, tuple[int, str]]] = {
    "transfer": (3, "source destination authority"),
    "transferChecked": (12, "source mint destination authority"),
    "mintTo": (7, "mint account"),
    "mintToChecked": (14, "mint account"),
    "burn": (8, "account mint authority"),
    "burnChecked": (15, "account mint authority"),
    "closeAccount": (9, "account destination owner"),
    "initializeAccount": (1, "account mint owner"),
    "initializeAccount2": (16, "account mint"),
    "initializeAccount3": (18, "account mint"),
    "initializeMint": (0, "mint"),
    "initializeMint2": (20, "mint"),
    "syncNative": (17, "account"),
    "transferCheckedWithFee": (26, "source mint destination authority"),
}
"""Tag and accounts by name."""
_SYSTEM: Final[Mapping[str, tuple[int, str]]] = {
    "createAccount": (0, "source new_account"),
    "transfer": (2, "source destination"),
    "createAccountWithSeed": (0, "source new_account"),
    "withdrawFromNonce": (5, "nonceAccount destination"),
    "transferWithSeed": (2, "source destination"),
}
_ASSOCIATED: Final[Mapping[str, tuple[int, str]]] = {
    "create": (0, "source account wallet mint"),
    "createIdempotent": (1, "source account wallet mint"),
}


def restore(call: Call, text: Raw, index: Mapping[str, int]) -> Call:
    """Fill ``call`` with what ``text`` was parsed from; raises where a needed field is missing."""
    program = call.program
    if program in programs.TOKEN_PROGRAMS:
        names = _TOKEN
    elif program == programs.SYSTEM:
        names = _SYSTEM
    elif program == programs.ASSOCIATED_TOKEN:
        names = _ASSOCIATED
    else:
        return call
    try:
        found = _parsed.decode(text)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        raise MalformedTransaction(f"{call.where}.parsed", "not as a node writes it") from None
    if found.type not in names:
        return call
    tag, accounts = names[found.type]
    info = found.info
    if info.authority is None:
        info.authority = info.multisigAuthority
    if info.owner is None and accounts.endswith("owner"):
        info.owner = info.multisigAuthority
    call.accounts = [
        place(_needed(getattr(info, name), name, call), index, call)
        for name in accounts.split()
        if name != "authority" or info.authority is not None
    ]
    data = (
        _system_data(tag, info, call)
        if program == programs.SYSTEM
        else _token_data(tag, info, call)
    )
    call.written = data
    return call


def place(address: object, index: Mapping[str, int], call: Call) -> int:
    """The key index of ``address``; raises when it is none of the transaction's keys."""
    if not isinstance(address, str) or address not in index:
        raise MalformedTransaction(f"{call.where}.accounts", "an account the keys do not list")
    return index[address]


def _token_data(tag: int, info: _Info, call: Call) -> bytes:
    if tag == 18 or tag == 16:
        owner = _address(info.owner, call)
        return bytes((tag,)) + owner
    if info.amount is None and info.tokenAmount is None:
        return bytes((tag, info.decimals or 0)) if tag in (0, 20) else bytes((tag,))
    amount = info.amount if info.tokenAmount is None else info.tokenAmount.amount
    data = _u64(amount, call)
    decimals = bytes((info.tokenAmount.decimals & 255,)) if info.tokenAmount else b""
    if tag == 26:
        fee = _u64(None if info.feeAmount is None else info.feeAmount.amount, call)
        return bytes((26, 1)) + data + decimals + fee
    return bytes((tag,)) + data + decimals


def _system_data(tag: int, info: _Info, call: Call) -> bytes:
    lamports = _needed(info.lamports, "lamports", call)
    data = tag.to_bytes(4, "little") + lamports.to_bytes(8, "little")
    if tag == 0:
        owner = _address(info.owner, call)
        data += (info.space or 0).to_bytes(8, "little") + owner
    return data


def _address(text: str | None, call: Call) -> bytes:
    try:
        return base58.decode(_needed(text, "owner", call))
    except ValueError as malformed:
        raise MalformedTransaction(f"{call.where}.parsed.info.owner", str(malformed)) from None


def _u64(text: str | None, call: Call) -> bytes:
    if text is None or not (text.isdigit() and text.isascii() and len(text) <= 20):
        raise MalformedTransaction(f"{call.where}.parsed.info.amount", "not a number")
    try:
        return int(text).to_bytes(8, "little")
    except OverflowError:
        raise MalformedTransaction(f"{call.where}.parsed.info.amount", "over 64 bits") from None


def _needed(value: _T | None, name: str, call: Call) -> _T:
    if value is None:
        raise MalformedTransaction(f"{call.where}.parsed.info.{name}", "missing")
    return value
