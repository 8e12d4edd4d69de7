"""JSON-RPC 2.0: one request or a batch, to methods by name."""

from collections.abc import Callable
from typing import Final

import msgspec

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.rpc.account_methods import AccountMethods
from infra.simulation.servers.rpc.chain_methods import ChainMethods
from infra.simulation.servers.rpc.errors import (
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    RpcError,
)
from infra.simulation.servers.rpc.history_methods import HistoryMethods
from infra.simulation.servers.rpc.node import Node
from infra.simulation.servers.rpc.parameters import Parameters

BATCH_MAX: Final = 1_000
"""Requests in one batch."""
Method = Callable[[Parameters], object]


class Call(msgspec.Struct, frozen=True):
    """One request; ``id`` is echoed whatever it is."""

    method: str
    params: list[object] | dict[str, object] | None = None
    id: str | int | None = None
    jsonrpc: str | None = None


def method_table(node: Node) -> dict[str, Method]:
    """Every HTTP method by its name on the wire."""
    chain, history, accounts = ChainMethods(node), HistoryMethods(node), AccountMethods(node)
    return {
        "getAccountInfo": accounts.get_account_info,
        "getBalance": accounts.get_balance,
        "getBlock": chain.get_block,
        "getBlockHeight": chain.get_block_height,
        "getBlockTime": chain.get_block_time,
        "getBlocks": chain.get_blocks,
        "getBlocksWithLimit": chain.get_blocks_with_limit,
        "getEpochInfo": chain.get_epoch_info,
        "getFirstAvailableBlock": chain.get_first_available_block,
        "getGenesisHash": chain.get_genesis_hash,
        "getHealth": chain.get_health,
        "getIdentity": chain.get_identity,
        "getLatestBlockhash": chain.get_latest_blockhash,
        "getMultipleAccounts": accounts.get_multiple_accounts,
        "getProgramAccounts": accounts.get_program_accounts,
        "getSignatureStatuses": history.get_signature_statuses,
        "getSignaturesForAddress": history.get_signatures_for_address,
        "getSlot": chain.get_slot,
        "getTokenAccountBalance": accounts.get_token_account_balance,
        "getTokenAccountsByOwner": accounts.get_token_accounts_by_owner,
        "getTokenLargestAccounts": accounts.get_token_largest_accounts,
        "getTokenSupply": accounts.get_token_supply,
        "getTransaction": history.get_transaction,
        "getVersion": chain.get_version,
        "minimumLedgerSlot": chain.minimum_ledger_slot,
    }


class Dispatch:
    """Answers raw request bodies; nothing a caller sends raises."""

    def __init__(self, methods: dict[str, Method]) -> None:
        self._methods = methods
        self.calls: dict[str, int] = {}

    def answer(self, body: bytes | str) -> JsonObject | list[JsonObject]:
        """The answer to a request or a batch."""
        try:
            decoded: object = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return failed(None, RpcError(PARSE_ERROR, "Parse error"))
        if not isinstance(decoded, list):
            return self._one(decoded)
        if not 1 <= len(decoded) <= BATCH_MAX:
            return failed(None, RpcError(INVALID_REQUEST, "Invalid request"))
        return [self._one(item) for item in decoded]

    def _one(self, request: object) -> JsonObject:
        try:
            call = read_call(request)
        except RpcError as refused:
            return failed(None, refused)
        method = self._methods.get(call.method)
        if method is None:
            return failed(call.id, RpcError(METHOD_NOT_FOUND, "Method not found"))
        self.calls[call.method] = self.calls.get(call.method, 0) + 1
        try:
            return succeeded(call.id, method(positional(call)))
        except RpcError as refused:
            return failed(call.id, refused)


def read_call(request: object) -> Call:
    """A request's parts; raises RpcError when it is not one."""
    try:
        call = msgspec.convert(request, Call)
    except msgspec.ValidationError as wrong:
        raise RpcError(INVALID_REQUEST, "Invalid request") from wrong
    if call.jsonrpc != "2.0":
        raise RpcError(INVALID_REQUEST, "Invalid request")
    return call


def positional(call: Call) -> Parameters:
    """The call's parameters by place; named ones are taken in the order given."""
    given = call.params or []
    return Parameters(list(given.values()) if isinstance(given, dict) else given)


def succeeded(call_id: str | int | None, result: object) -> JsonObject:
    """A successful answer."""
    return {"jsonrpc": "2.0", "result": result, "id": call_id}


def failed(call_id: str | int | None, error: RpcError) -> JsonObject:
    """A refusal."""
    return {"jsonrpc": "2.0", "error": error.shown(), "id": call_id}
