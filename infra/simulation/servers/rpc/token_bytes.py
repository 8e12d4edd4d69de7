"""What the bytes of token accounts and mints say, as the ``jsonParsed`` encoding shows it."""

from typing import Final

from infra.simulation.servers.replies import JsonObject
from infra.simulation.world.render.base58 import base58
from infra.simulation.world.render.rpc import ui_amount
from infra.simulation.world.transaction import Account

TOKEN_PROGRAM: Final = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"  # noqa: S105
TOKEN_2022_PROGRAM: Final = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"  # noqa: S105
_NAMES: Final = {TOKEN_PROGRAM: "spl-token", TOKEN_2022_PROGRAM: "spl-token-2022"}
_MINT_BYTES: Final = 82
_ACCOUNT_BYTES: Final = 165
_STATES: Final = ("uninitialized", "initialized", "frozen")


def is_token_account(account: Account) -> bool:
    """Whether the account holds tokens."""
    return account.owner in _NAMES and _kind(account.data) == "account"


def is_mint(account: Account) -> bool:
    """Whether the account is a mint."""
    return account.owner in _NAMES and _kind(account.data) == "mint"


def mint_of(account: Account) -> str:
    """The mint of a token account."""
    return base58(account.data[:32])


def amount_of(account: Account) -> int:
    """A token account's base units."""
    return int.from_bytes(account.data[64:72], "little")


def parsed(account: Account, decimals: int | None) -> JsonObject | None:
    """The ``data`` of ``jsonParsed``; None when the bytes are nobody's this module knows."""
    if is_mint(account):
        kind, shown = "mint", _mint(account.data)
    elif is_token_account(account) and decimals is not None:
        kind, shown = "account", _holding(account.data, decimals)
    else:
        return None
    return {
        "parsed": {"info": shown, "type": kind},
        "program": _NAMES[account.owner],
        "space": len(account.data),
    }


def _kind(data: bytes) -> str | None:
    if len(data) == _MINT_BYTES:
        return "mint"
    if len(data) == _ACCOUNT_BYTES:
        return "account"
    if len(data) > _ACCOUNT_BYTES:  # Token-2022 says in the next byte what it is
        return {1: "mint", 2: "account"}.get(data[_ACCOUNT_BYTES])
    return None


def _mint(data: bytes) -> JsonObject:
    return {
        "decimals": data[44],
        "freezeAuthority": _optional_key(data, 46),
        "isInitialized": data[45] == 1,
        "mintAuthority": _optional_key(data, 0),
        "supply": str(int.from_bytes(data[36:44], "little")),
    }


def _holding(data: bytes, decimals: int) -> JsonObject:
    shown: JsonObject = {
        "isNative": data[109:113] == b"\x01\0\0\0",
        "mint": base58(data[:32]),
        "owner": base58(data[32:64]),
        "state": _STATES[min(data[108], 2)],
        "tokenAmount": ui_amount(int.from_bytes(data[64:72], "little"), decimals),
    }
    if (delegate := _optional_key(data, 72)) is not None:
        shown["delegate"] = delegate
    return shown


def _optional_key(data: bytes, at: int) -> str | None:
    """A public key behind a four-byte flag."""
    return base58(data[at + 4 : at + 36]) if data[at : at + 4] == b"\x01\0\0\0" else None
