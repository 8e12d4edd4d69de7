"""A transaction as an enhanced Helius webhook and the enhanced transactions API show it.

Field names and nesting follow the OpenAPI document of helius-labs/docs. Whole token amounts
are floats on that wire, which is why they are here.
"""

from collections import defaultdict
from typing import Final

from infra.simulation.world.programs import ids
from infra.simulation.world.render.base58 import base58
from infra.simulation.world.render.errors import Json, error_to_json
from infra.simulation.world.render.movements import Holding, Movement, holdings, movements
from infra.simulation.world.transaction import (
    CompiledInstruction,
    SimulatedTransaction,
    TokenBalance,
)

_SOURCES: Final = {
    ids.JUPITER.address: ("SWAP", "JUPITER"),
    ids.PUMP.address: ("SWAP", "PUMP_FUN"),
    ids.PUMP_AMM.address: ("SWAP", "PUMP_AMM"),
    ids.RAYDIUM_V4.address: ("SWAP", "RAYDIUM"),
    ids.RAYDIUM_CPMM.address: ("SWAP", "RAYDIUM"),
    ids.WHIRLPOOL.address: ("SWAP", "ORCA"),
    ids.METEORA_DAMM_V2.address: ("SWAP", "METEORA"),
}


def to_helius_enhanced(tx: SimulatedTransaction) -> Json:
    """One entry of an enhanced webhook's body."""
    meta = tx.meta
    moved = movements(tx)
    found = holdings(tx)
    kind, source = _kind(tx, moved)
    return {
        "accountData": _account_data(tx),
        "description": "",
        "events": _events(tx, kind),
        "fee": meta.fee,
        "feePayer": tx.accounts[0],
        "instructions": _instructions(tx),
        "nativeTransfers": [
            {
                "amount": m.amount,
                "fromUserAccount": m.source,
                "toUserAccount": m.destination,
            }
            for m in moved
            if m.mint is None
        ],
        "signature": tx.signature,
        "slot": tx.slot,
        "source": source,
        "timestamp": tx.block_time,
        "tokenTransfers": [_token_transfer(m, found) for m in moved if m.mint is not None],
        "transactionError": error_to_json(meta.err),
        "type": kind,
    }


def _kind(tx: SimulatedTransaction, moved: list[Movement]) -> tuple[str, str]:
    for compiled in tx.message.instructions:
        known = _SOURCES.get(tx.accounts[compiled.program_index])
        if known is not None:
            return known
    if any(m.mint is not None for m in moved):
        return "TRANSFER", "SOLANA_PROGRAM_LIBRARY"
    return ("TRANSFER", "SYSTEM_PROGRAM") if moved else ("UNKNOWN", "UNKNOWN")


def _owned(found: dict[str, Holding], account: str) -> str:
    holding = found.get(account)
    return holding.owner if holding else ""


def _token_transfer(moved: Movement, found: dict[str, Holding]) -> Json:
    holding = found.get(moved.source) or found.get(moved.destination)
    decimals = holding.decimals if holding else 9
    return {
        "fromTokenAccount": moved.source,
        "fromUserAccount": _owned(found, moved.source),
        "mint": moved.mint,
        "toTokenAccount": moved.destination,
        "toUserAccount": _owned(found, moved.destination),
        "tokenAmount": moved.amount / 10**decimals,
        "tokenStandard": "Fungible",
    }


def _instructions(tx: SimulatedTransaction) -> list[Json]:
    inner = dict(tx.meta.inner_instructions)

    def shown(compiled: CompiledInstruction) -> Json:
        return {
            "accounts": [tx.accounts[index] for index in compiled.accounts],
            "data": base58(compiled.data),
            "programId": tx.accounts[compiled.program_index],
        }

    return [
        {**shown(outer), "innerInstructions": [shown(i) for i in inner.get(index, ())]}
        for index, outer in enumerate(tx.message.instructions)
    ]


def token_changes(tx: SimulatedTransaction) -> dict[int, tuple[TokenBalance, int]]:
    """By account index: the balance it belongs to and the change in base units."""
    before = {b.account_index: b for b in tx.meta.pre_token_balances}
    after = {b.account_index: b for b in tx.meta.post_token_balances}
    changes = {}
    for index, balance in {**before, **after}.items():
        held = after[index].amount if index in after else 0
        change = held - (before[index].amount if index in before else 0)
        if change:
            changes[index] = (balance, change)
    return changes


def _raw_amount(change: int, decimals: int) -> Json:
    return {"decimals": decimals, "tokenAmount": str(change)}


def _token_change(tx: SimulatedTransaction, balance: TokenBalance, change: int) -> Json:
    return {
        "mint": balance.mint,
        "rawTokenAmount": _raw_amount(change, balance.decimals),
        "tokenAccount": tx.accounts[balance.account_index],
        "userAccount": balance.owner,
    }


def _account_data(tx: SimulatedTransaction) -> list[Json]:
    meta = tx.meta
    changes = token_changes(tx)
    return [
        {
            "account": address,
            "nativeBalanceChange": meta.post_balances[index] - meta.pre_balances[index],
            "tokenBalanceChanges": [_token_change(tx, *changes[index])] if index in changes else [],
        }
        for index, address in enumerate(tx.accounts)
    ]


def _events(tx: SimulatedTransaction, kind: str) -> Json:
    if kind != "SWAP" or tx.failed:
        return {}
    trader = tx.accounts[0]
    spent: dict[str, list[Json]] = defaultdict(list)
    for balance, change in token_changes(tx).values():
        if balance.owner == trader and balance.mint != ids.WRAPPED_SOL:
            side = "tokenInputs" if change < 0 else "tokenOutputs"
            spent[side].append(_token_change(tx, balance, abs(change)))
    native = tx.meta.post_balances[0] - tx.meta.pre_balances[0] + tx.meta.fee
    paid: Json = {"account": trader, "amount": str(abs(native))}
    swap: Json = {
        "innerSwaps": [],
        "nativeFees": [],
        "nativeInput": paid if native < 0 else None,
        "nativeOutput": paid if native > 0 else None,
        "tokenFees": [],
        "tokenInputs": spent["tokenInputs"],
        "tokenOutputs": spent["tokenOutputs"],
    }
    return {"swap": swap}
