"""Slots, blocks and the cluster itself."""

from typing import Final

from infra.simulation.servers.history import Commitment
from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.rpc.errors import (
    RpcError,
    cleaned_up,
    invalid,
    not_available,
    skipped,
)
from infra.simulation.servers.rpc.node import Node
from infra.simulation.servers.rpc.parameters import Config, Parameters
from infra.simulation.servers.rpc.rendering import block_shown
from infra.simulation.world.transaction import Block

SLOT_RANGE_MAX: Final = 500_000
VERSION: Final = "3.0.6"
FEATURE_SET: Final = 3_604_001_754
GENESIS_HASH: Final = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
"""Mainnet's: the transactions are in its format and name its programs."""
SLOTS_IN_EPOCH: Final = 432_000
BLOCKHASH_VALID_BLOCKS: Final = 150


def context(block: Block) -> JsonObject:
    """The context of an answer: as of which slot it is."""
    return {"apiVersion": VERSION, "slot": block.slot}


class ChainMethods:
    """The methods that need no address and no signature."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def get_slot(self, given: Parameters) -> object:
        """The newest slot."""
        return self._node.newest(given.config(0)).slot

    def get_block_height(self, given: Parameters) -> object:
        """How many blocks lie below the newest one."""
        return self._node.newest(given.config(0)).block_height

    def get_health(self, _: Parameters) -> object:
        """``ok``; a node that lags does not know it, which is what makes lag silent."""
        return "ok"

    def get_version(self, _: Parameters) -> object:
        """The software this node says it runs."""
        return {"feature-set": FEATURE_SET, "solana-core": VERSION}

    def get_identity(self, _: Parameters) -> object:
        """The node's own key."""
        return {"identity": "S1mu1atedNode111111111111111111111111111111"}

    def get_genesis_hash(self, _: Parameters) -> object:
        """Which chain this claims to be."""
        return GENESIS_HASH

    def get_first_available_block(self, _: Parameters) -> object:
        """The oldest block kept."""
        return self._node.history.first_slot()

    def minimum_ledger_slot(self, _: Parameters) -> object:
        """The oldest slot kept."""
        return self._node.history.first_slot()

    def get_latest_blockhash(self, given: Parameters) -> object:
        """A hash to sign with, and how long it is good for."""
        block = self._node.newest(given.config(0))
        valid = block.block_height + BLOCKHASH_VALID_BLOCKS
        value: JsonObject = {"blockhash": block.blockhash, "lastValidBlockHeight": valid}
        return {"context": context(block), "value": value}

    def get_epoch_info(self, given: Parameters) -> object:
        """Where in its epoch the newest slot is."""
        block = self._node.newest(given.config(0))
        epoch, index = divmod(block.slot, SLOTS_IN_EPOCH)
        return {
            "absoluteSlot": block.slot,
            "blockHeight": block.block_height,
            "epoch": epoch,
            "slotIndex": index,
            "slotsInEpoch": SLOTS_IN_EPOCH,
            "transactionCount": len(self._node.history),
        }

    def get_block_time(self, given: Parameters) -> object:
        """When a block was made, in Unix seconds."""
        return self._block(given.required(0, int), Config()).block_time

    def get_block(self, given: Parameters) -> object:
        """A whole block."""
        slot, config = given.required(0, int), given.config(1)
        _at_least_confirmed(config)
        return block_shown(self._block(slot, config), config)

    def get_blocks(self, given: Parameters) -> object:
        """The slots of a range that have a block."""
        first = given.required(0, int)
        last = given.get(1) if isinstance(given.get(1), int) else None
        config = given.config(2 if len(given) > 2 or last is not None else 1)
        _at_least_confirmed(config)
        newest = self._node.newest(config).slot
        end = min(last, newest) if isinstance(last, int) else newest
        if end - first > SLOT_RANGE_MAX:
            raise invalid(f"Slot range too large; max {SLOT_RANGE_MAX}")
        return self._node.history.slots(first, end)

    def get_blocks_with_limit(self, given: Parameters) -> object:
        """The first ``limit`` slots from a slot on that have a block."""
        first, limit, config = given.required(0, int), given.required(1, int), given.config(2)
        _at_least_confirmed(config)
        if limit > SLOT_RANGE_MAX:
            raise invalid(f"Limit too large; max {SLOT_RANGE_MAX}")
        return self._node.history.slots(first, self._node.newest(config).slot)[:limit]

    def _block(self, slot: int, config: Config) -> Block:
        history = self._node.history
        if slot < history.first_slot():
            raise cleaned_up(slot, history.first_slot())
        if slot > self._node.newest(config).slot:
            raise not_available(slot)
        block = history.block(slot)
        if block is None:
            raise skipped(slot)
        return block


def _at_least_confirmed(config: Config) -> None:
    if config.commitment is Commitment.PROCESSED:
        raise below_confirmed()


def below_confirmed() -> RpcError:
    """History is not served for blocks that may be on a minority fork."""
    return invalid("Method does not support commitment below `confirmed`")
