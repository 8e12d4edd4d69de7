"""A transaction as a raw Helius webhook delivers it."""

from infra.simulation.world.render.errors import Json, error_to_json
from infra.simulation.world.render.rpc import (
    instruction,
    loaded_addresses,
    lookups_to_json,
    message_to_json,
    token_balance,
)
from infra.simulation.world.transaction import SimulatedTransaction


def to_helius_raw(tx: SimulatedTransaction) -> Json:
    """One entry of a raw webhook's body: it alone says where in the block a transaction is."""
    meta = tx.meta
    message = message_to_json(tx.message)
    message["addressTableLookups"] = lookups_to_json(tx.message) or None
    return {
        "blockTime": tx.block_time,
        "indexWithinBlock": tx.index,
        "meta": {
            "err": error_to_json(meta.err),
            "fee": meta.fee,
            "innerInstructions": [
                {"index": index, "instructions": [instruction(i) for i in calls]}
                for index, calls in meta.inner_instructions
            ],
            "loadedAddresses": loaded_addresses(meta),
            "logMessages": list(meta.log_messages),
            "postBalances": list(meta.post_balances),
            "postTokenBalances": [token_balance(b) for b in meta.post_token_balances],
            "preBalances": list(meta.pre_balances),
            "preTokenBalances": [token_balance(b) for b in meta.pre_token_balances],
            "rewards": [],
        },
        "slot": tx.slot,
        "transaction": {"message": message, "signatures": list(tx.signatures)},
        "version": tx.message.version,
    }
