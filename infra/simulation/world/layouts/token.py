"""Bytes of mints and token accounts of both token programs.

Layouts: solana-program/token and solana-program/token-2022, `state.rs` and `extension/`.
"""

from typing import Final

from infra.simulation.world.layouts.metadata import extension_bytes
from infra.simulation.world.runtime.account import LedgerAccount, MintState, TransferFee

ACCOUNT_BYTES: Final = 165
MINT_BYTES: Final = 82
_MINT_KIND, _ACCOUNT_KIND = b"\x01", b"\x02"
_NATIVE_RENT: Final = 2_039_280
_FEE_CONFIG, _FEE_AMOUNT, _CLOSE_AUTHORITY, _DEFAULT_STATE = 1, 2, 3, 6
_IMMUTABLE_OWNER, _PERMANENT_DELEGATE, _TRANSFER_HOOK, _METADATA_POINTER = 7, 12, 14, 18
_TOKEN_METADATA: Final = 19
_INITIALIZED, _FROZEN = 1, 2


class NotATokenAccount(Exception):
    """The address holds no token: asking for its token bytes is our own mistake."""


def mint_bytes(mint: MintState) -> bytes:
    """A mint account's data, with its extensions when it is a Token-2022 mint."""
    base = (
        _optional(mint.mint_authority)
        + mint.supply.to_bytes(8, "little")
        + bytes((mint.decimals, 1))
        + _optional(mint.freeze_authority)
    )
    if not mint.extensions:
        return base
    told = b"".join(_mint_extension(mint, name) for name in mint.extensions)
    return base.ljust(ACCOUNT_BYTES, b"\0") + _MINT_KIND + told


def account_bytes(account: LedgerAccount) -> bytes:
    """A token account's data."""
    mint, holder = account.mint, account.holder
    if mint is None or holder is None:
        raise NotATokenAccount(account.address)
    base = (
        mint.account.key
        + holder.key
        + account.amount.to_bytes(8, "little")
        + bytes(36)
        + bytes((_FROZEN if account.frozen else _INITIALIZED,))
        + (b"\x01\0\0\0" + _NATIVE_RENT.to_bytes(8, "little") if mint.native else bytes(12))
        + bytes(8)
        + bytes(36)
    )
    if mint.token_account_size == ACCOUNT_BYTES:
        return base
    told = _extension(_IMMUTABLE_OWNER, b"")
    if mint.transfer_fee is not None:
        withheld = mint.withheld.get(account, 0)
        told += _extension(_FEE_AMOUNT, withheld.to_bytes(8, "little"))
    return base + _ACCOUNT_KIND + told


def account_size(mint_extensions: tuple[str, ...]) -> int:
    """Bytes of an associated account of a Token-2022 mint with these extensions."""
    size = ACCOUNT_BYTES + 1 + 4
    return size + 12 if "transferFeeConfig" in mint_extensions else size


def _optional(account: LedgerAccount | None) -> bytes:
    return bytes(36) if account is None else b"\x01\0\0\0" + account.key


def _extension(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(value).to_bytes(2, "little") + value


def _mint_extension(mint: MintState, name: str) -> bytes:
    authority = mint.extension_authority.key if mint.extension_authority else bytes(32)
    match name:
        case "transferFeeConfig":
            fee = mint.transfer_fee or TransferFee(0, 0)
            rate = (
                bytes(8)
                + fee.maximum.to_bytes(8, "little")
                + fee.basis_points.to_bytes(2, "little")
            )
            return _extension(_FEE_CONFIG, authority * 2 + bytes(8) + rate * 2)
        case "permanentDelegate":
            return _extension(_PERMANENT_DELEGATE, authority)
        case "defaultAccountState":
            return _extension(_DEFAULT_STATE, bytes((_INITIALIZED,)))
        case "mintCloseAuthority":
            return _extension(_CLOSE_AUTHORITY, authority)
        case "transferHook":
            return _extension(_TRANSFER_HOOK, authority + bytes(32))
        case "tokenMetadata":
            return _extension(_TOKEN_METADATA, extension_bytes(mint, authority))
        case _:
            return _extension(_METADATA_POINTER, authority + mint.account.key)
