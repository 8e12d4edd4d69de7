"""Instructions of the two token programs as ``jsonParsed`` shows them."""

from collections.abc import Callable

from infra.simulation.world.render.base58 import base58
from infra.simulation.world.render.errors import Json

_Parse = Callable[[bytes, list[str]], tuple[str, Json]]


def parse_token(data: bytes, accounts: list[str]) -> Json | None:
    """The parsed form, or None for an instruction this chain never makes."""
    parse = _BY_TAG.get(data[0])
    if parse is None:
        return None
    kind, told = parse(data, accounts)
    return {"info": told, "type": kind}


def _amount(data: bytes) -> str:
    return str(int.from_bytes(data[1:9], "little"))


def _token_amount(data: bytes, decimals: int) -> Json:
    amount = int.from_bytes(data, "little")
    text = str(amount).rjust(decimals + 1, "0")
    if decimals:
        text = f"{text[:-decimals]}.{text[-decimals:]}".rstrip("0").rstrip(".")
    return {
        "amount": str(amount),
        "decimals": decimals,
        "uiAmount": float(text) if amount else None,
        "uiAmountString": text,
    }


def _transfer(data: bytes, a: list[str]) -> tuple[str, Json]:
    return "transfer", {
        "amount": _amount(data),
        "authority": a[2],
        "destination": a[1],
        "source": a[0],
    }


def _transfer_checked(data: bytes, a: list[str]) -> tuple[str, Json]:
    return "transferChecked", {
        "authority": a[3],
        "destination": a[2],
        "mint": a[1],
        "source": a[0],
        "tokenAmount": _token_amount(data[1:9], data[9]),
    }


def _fee_extension(data: bytes, a: list[str]) -> tuple[str, Json]:
    return "transferCheckedWithFee", {
        "authority": a[3],
        "destination": a[2],
        "feeAmount": _token_amount(data[11:19], data[10]),
        "mint": a[1],
        "source": a[0],
        "tokenAmount": _token_amount(data[2:10], data[10]),
    }


def _mint_to(data: bytes, a: list[str]) -> tuple[str, Json]:
    told: Json = {"account": a[1], "amount": _amount(data), "mint": a[0], "mintAuthority": a[2]}
    return "mintTo", told


def _burn(data: bytes, a: list[str]) -> tuple[str, Json]:
    return "burn", {"account": a[0], "amount": _amount(data), "authority": a[2], "mint": a[1]}


def _close(_data: bytes, a: list[str]) -> tuple[str, Json]:
    return "closeAccount", {"account": a[0], "destination": a[1], "owner": a[2]}


def _freeze(_data: bytes, a: list[str]) -> tuple[str, Json]:
    return "freezeAccount", {"account": a[0], "freezeAuthority": a[2], "mint": a[1]}


def _sync(_data: bytes, a: list[str]) -> tuple[str, Json]:
    return "syncNative", {"account": a[0]}


def _initialize_account(data: bytes, a: list[str]) -> tuple[str, Json]:
    return "initializeAccount3", {"account": a[0], "mint": a[1], "owner": base58(data[1:33])}


def _immutable_owner(_data: bytes, a: list[str]) -> tuple[str, Json]:
    return "initializeImmutableOwner", {"account": a[0]}


def _account_size(_data: bytes, a: list[str]) -> tuple[str, Json]:
    return "getAccountDataSize", {"extensionTypes": ["immutableOwner"], "mint": a[0]}


def _initialize_mint(data: bytes, a: list[str]) -> tuple[str, Json]:
    told: Json = {"decimals": data[1], "mint": a[0], "mintAuthority": base58(data[2:34])}
    if data[34]:
        told["freezeAuthority"] = base58(data[35:67])
    return "initializeMint2", told


def _set_authority(data: bytes, a: list[str]) -> tuple[str, Json]:
    kinds = ("mintTokens", "freezeAccount", "accountOwner", "closeAccount")
    return "setAuthority", {
        "authority": a[1],
        "authorityType": kinds[data[1]],
        "newAuthority": base58(data[3:35]) if data[2] else None,
        "mint" if data[1] in (0, 1) else "account": a[0],
    }


_BY_TAG: dict[int, _Parse] = {
    3: _transfer,
    6: _set_authority,
    7: _mint_to,
    8: _burn,
    9: _close,
    10: _freeze,
    12: _transfer_checked,
    17: _sync,
    18: _initialize_account,
    20: _initialize_mint,
    21: _account_size,
    22: _immutable_owner,
    26: _fee_extension,
}
