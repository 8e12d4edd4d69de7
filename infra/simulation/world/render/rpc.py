"""A transaction as ``getTransaction`` returns it, and a block as ``getBlock`` does."""

import base64
from typing import Final, Literal

from infra.simulation.world.render.base58 import base58
from infra.simulation.world.render.errors import Json, error_to_json
from infra.simulation.world.render.parsed import parsed_keys, parsed_view
from infra.simulation.world.transaction import (
    LEGACY,
    Block,
    CompiledInstruction,
    Message,
    SimulatedTransaction,
    TokenBalance,
    TransactionMeta,
)

Encoding = Literal["json", "jsonParsed", "base64", "base58"]
UNSUPPORTED_VERSION: Final = -32015


class UnsupportedTransactionVersion(Exception):
    """The caller did not say that it reads version 0 (RPC error -32015)."""

    def __init__(self, version: str | int) -> None:
        super().__init__(
            f"Transaction version ({version}) is not supported by the requesting client."
            ' Please try the request again with the following configuration parameter: "'
            f'maxSupportedTransactionVersion": {version}'
        )


def to_json(
    tx: SimulatedTransaction, encoding: Encoding = "json", max_version: int | None = 0
) -> Json:
    """The ``result`` of getTransaction; raises UnsupportedTransactionVersion."""
    return {"blockTime": tx.block_time, **in_block(tx, encoding, max_version), "slot": tx.slot}


def in_block(
    tx: SimulatedTransaction, encoding: Encoding = "json", max_version: int | None = 0
) -> Json:
    """One entry of getBlock's ``transactions``; raises UnsupportedTransactionVersion."""
    version = tx.message.version
    if version != LEGACY and max_version is None:
        raise UnsupportedTransactionVersion(version)
    rendered: Json = {
        "meta": _meta(tx, encoding),
        "transaction": _transaction(tx, encoding),
    }
    if max_version is not None:
        rendered["version"] = version
    return rendered


def block_to_json(block: Block, encoding: Encoding = "json", max_version: int | None = 0) -> Json:
    """The ``result`` of getBlock with full transactions and no rewards."""
    return {
        "blockHeight": block.block_height,
        "blockTime": block.block_time,
        "blockhash": block.blockhash,
        "parentSlot": block.parent_slot,
        "previousBlockhash": block.previous_blockhash,
        "rewards": [],
        "transactions": [in_block(tx, encoding, max_version) for tx in block.transactions],
    }


def token_balance(balance: TokenBalance) -> Json:
    """One entry of ``preTokenBalances`` or ``postTokenBalances``."""
    return {
        "accountIndex": balance.account_index,
        "mint": balance.mint,
        "owner": balance.owner,
        "programId": balance.program,
        "uiTokenAmount": ui_amount(balance.amount, balance.decimals),
    }


def ui_amount(amount: int, decimals: int) -> Json:
    """A token amount in base units, as a float for display, and exactly as text."""
    text = str(amount)
    if decimals:
        padded = text.rjust(decimals + 1, "0")
        text = f"{padded[:-decimals]}.{padded[-decimals:]}".rstrip("0").rstrip(".")
    shown = float(text) if amount else None  # wire format: the RPC interface sends a float
    return {
        "amount": str(amount),
        "decimals": decimals,
        "uiAmount": shown,
        "uiAmountString": text,
    }


def instruction(compiled: CompiledInstruction) -> Json:
    """One instruction with indices, as the ``json`` encoding has it."""
    return {
        "accounts": list(compiled.accounts),
        "data": base58(compiled.data),
        "programIdIndex": compiled.program_index,
        "stackHeight": None if compiled.stack_height == 1 else compiled.stack_height,
    }


def message_to_json(message: Message) -> Json:
    """The message in the ``json`` encoding."""
    rendered: Json = {
        "accountKeys": list(message.static_accounts),
        "header": {
            "numReadonlySignedAccounts": message.readonly_signer_count,
            "numReadonlyUnsignedAccounts": message.readonly_other_count,
            "numRequiredSignatures": message.signer_count,
        },
        "instructions": [instruction(i) for i in message.instructions],
        "recentBlockhash": message.recent_blockhash,
    }
    if message.version != LEGACY:
        rendered["addressTableLookups"] = lookups_to_json(message)
    return rendered


def lookups_to_json(message: Message) -> list[Json]:
    """``addressTableLookups``."""
    return [
        {
            "accountKey": lookup.table,
            "readonlyIndexes": list(lookup.readonly),
            "writableIndexes": list(lookup.writable),
        }
        for lookup in message.lookups
    ]


def _transaction(tx: SimulatedTransaction, encoding: Encoding) -> object:
    match encoding:
        case "base64":
            return [base64.b64encode(tx.wire).decode(), "base64"]
        case "base58":
            return [base58(tx.wire), "base58"]
        case "json":
            message = message_to_json(tx.message)
        case "jsonParsed":
            message = _parsed_message(tx)
    return {"message": message, "signatures": list(tx.signatures)}


def _parsed_message(tx: SimulatedTransaction) -> Json:
    rendered: Json = {
        "accountKeys": parsed_keys(tx),
        "instructions": [parsed_view(i, tx) for i in tx.message.instructions],
        "recentBlockhash": tx.message.recent_blockhash,
    }
    if tx.message.version != LEGACY:
        rendered["addressTableLookups"] = lookups_to_json(tx.message)
    return rendered


def _meta(tx: SimulatedTransaction, encoding: Encoding) -> Json:
    meta = tx.meta
    err = error_to_json(meta.err)
    rendered: Json = {
        "computeUnitsConsumed": meta.compute_units_consumed,
        "err": err,
        "fee": meta.fee,
        "innerInstructions": _inner(tx, encoding),
        "logMessages": list(meta.log_messages),
        "postBalances": list(meta.post_balances),
        "postTokenBalances": [token_balance(b) for b in meta.post_token_balances],
        "preBalances": list(meta.pre_balances),
        "preTokenBalances": [token_balance(b) for b in meta.pre_token_balances],
        "rewards": [],
        "status": {"Ok": None} if err is None else {"Err": err},
    }
    if encoding != "jsonParsed":
        rendered["loadedAddresses"] = loaded_addresses(meta)
    return rendered


def loaded_addresses(meta: TransactionMeta) -> Json:
    """The addresses that came from lookup tables."""
    return {"readonly": list(meta.loaded_readonly), "writable": list(meta.loaded_writable)}


def _inner(tx: SimulatedTransaction, encoding: Encoding) -> list[Json]:
    if encoding == "jsonParsed":
        return [
            {"index": index, "instructions": [parsed_view(i, tx) for i in calls]}
            for index, calls in tx.meta.inner_instructions
        ]
    return [
        {"index": index, "instructions": [instruction(i) for i in calls]}
        for index, calls in tx.meta.inner_instructions
    ]
