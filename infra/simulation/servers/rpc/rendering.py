"""Transactions, blocks and accounts in the encodings a caller asked for."""

import base64
from typing import Final, cast

from infra.simulation.servers.packing import Listed
from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.rpc.errors import UNSUPPORTED_VERSION, RpcError, invalid
from infra.simulation.servers.rpc.parameters import Config, DataSlice
from infra.simulation.world.render.base58 import base58
from infra.simulation.world.render.errors import error_to_json
from infra.simulation.world.render.rpc import (
    Encoding,
    UnsupportedTransactionVersion,
    in_block,
    to_json,
)
from infra.simulation.world.transaction import Account, Block, SimulatedTransaction

BASE58_BYTES_MAX: Final = 128
_TRANSACTION_ENCODINGS: Final = ("json", "jsonParsed", "base64", "base58", "binary")


def transaction_shown(transaction: SimulatedTransaction, config: Config) -> JsonObject:
    """The result of getTransaction."""
    encoding = _encoding(config)
    try:
        return to_json(transaction, encoding, config.max_supported_transaction_version)
    except UnsupportedTransactionVersion as unsupported:
        raise RpcError(UNSUPPORTED_VERSION, str(unsupported)) from unsupported


def block_shown(block: Block, config: Config) -> JsonObject:
    """The result of getBlock, in the detail that was asked for."""
    shown: JsonObject = {
        "blockHeight": block.block_height,
        "blockTime": block.block_time,
        "blockhash": block.blockhash,
        "parentSlot": block.parent_slot,
        "previousBlockhash": block.previous_blockhash,
    }
    if config.rewards is not False:
        shown["rewards"] = []
    version = config.max_supported_transaction_version
    match config.transaction_details or "full":
        case "full":
            encoding = _encoding(config)
            shown["transactions"] = _all(block, encoding, version)
        case "accounts":
            parsed = _all(block, "jsonParsed", version)
            shown["transactions"] = [_accounts_only(entry) for entry in parsed]
        case "signatures":
            shown["signatures"] = [transaction.signature for transaction in block.transactions]
        case "none":
            pass
        case other:
            raise invalid(
                f"Invalid params: unknown variant `{other}`, "
                "expected one of `full`, `signatures`, `none`, `accounts`"
            )
    return shown


def account_shown(account: Account, config: Config, usual: str = "base64") -> JsonObject:
    """An account as getAccountInfo gives it; ``jsonParsed`` falls back to base64, as nodes do."""
    data = _sliced(account.data, config.data_slice)
    encoding = config.encoding or usual
    shown: object
    match encoding:
        case "base64" | "jsonParsed" | "base64+zstd":
            shown = [base64.b64encode(data).decode(), "base64"]
        case "base58" | "binary":
            if len(data) > BASE58_BYTES_MAX:
                raise invalid(
                    f"Encoded binary (base 58) data should be less than {BASE58_BYTES_MAX} "
                    "bytes, please use Base64 encoding."
                )
            shown = [base58(data), "base58"] if encoding == "base58" else base58(data)
        case other:
            raise invalid(f"Invalid params: unknown variant `{other}`")
    return {
        "data": shown,
        "executable": account.executable,
        "lamports": account.lamports,
        "owner": account.owner,
        "rentEpoch": 18_446_744_073_709_551_615,
        "space": len(account.data),
    }


def signature_shown(entry: Listed, status: str) -> JsonObject:
    """One entry of getSignaturesForAddress."""
    return {
        "blockTime": entry.block_time,
        "confirmationStatus": status,
        "err": error_to_json(entry.error),
        "memo": None,
        "signature": entry.signature,
        "slot": entry.slot,
    }


def _encoding(config: Config) -> Encoding:
    encoding = config.encoding or "json"
    if encoding not in _TRANSACTION_ENCODINGS:
        raise invalid(f"Invalid params: unknown variant `{encoding}`")
    return cast("Encoding", "base58" if encoding == "binary" else encoding)


def _all(block: Block, encoding: Encoding, version: int | None) -> list[JsonObject]:
    try:
        return [in_block(transaction, encoding, version) for transaction in block.transactions]
    except UnsupportedTransactionVersion as unsupported:
        raise RpcError(UNSUPPORTED_VERSION, str(unsupported)) from unsupported


def _accounts_only(entry: JsonObject) -> JsonObject:
    transaction, meta = entry["transaction"], entry["meta"]
    if not isinstance(transaction, dict) or not isinstance(meta, dict):
        return entry
    kept = ("err", "fee", "preBalances", "postBalances", "preTokenBalances", "postTokenBalances")
    shown: JsonObject = {
        "meta": {name: meta[name] for name in (*kept, "status") if name in meta},
        "transaction": {
            "accountKeys": transaction["message"]["accountKeys"],
            "signatures": transaction["signatures"],
        },
    }
    return shown | ({"version": entry["version"]} if "version" in entry else {})


def _sliced(data: bytes, part: DataSlice | None) -> bytes:
    return data if part is None else data[part.offset : part.offset + part.length]
