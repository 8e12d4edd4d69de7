"""Old transactions at a third of their size: packed by block, listed one by one."""

import zlib
from collections import OrderedDict
from typing import Final

import msgspec

from infra.simulation.world.transaction import Block, InstructionFailure, SimulatedTransaction

UNPACKED_AT_ONCE: Final = 64
"""Blocks kept unpacked after somebody asked; a walk through a history asks for neighbours."""
COMPRESSION_LEVEL: Final = 1


class Listed(msgspec.Struct, frozen=True, gc=False):
    """What a list of signatures shows of a transaction, and what finds it."""

    signature: str
    slot: int
    index: int
    block_time: int
    error: InstructionFailure | None


def listed(transaction: SimulatedTransaction) -> Listed:
    """The listing of a transaction."""
    return Listed(
        transaction.signature,
        transaction.slot,
        transaction.index,
        transaction.block_time,
        transaction.meta.err,
    )


class PackedBlocks:
    """Blocks as compressed bytes, by slot."""

    def __init__(self) -> None:
        self._packed: dict[int, bytes] = {}
        self._unpacked: OrderedDict[int, Block] = OrderedDict()
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Block).decode

    def put(self, block: Block) -> None:
        """Pack a block."""
        self._packed[block.slot] = zlib.compress(self._encode(block), COMPRESSION_LEVEL)

    def get(self, slot: int) -> Block | None:
        """The block as it was, or None when it was never packed."""
        if slot in self._unpacked:
            self._unpacked.move_to_end(slot)
            return self._unpacked[slot]
        packed = self._packed.get(slot)
        if packed is None:
            return None
        block = self._decode(zlib.decompress(packed))
        self._unpacked[slot] = block
        if len(self._unpacked) > UNPACKED_AT_ONCE:
            self._unpacked.popitem(last=False)
        return block

    def forget(self, slot: int) -> None:
        """Let a block go."""
        self._packed.pop(slot, None)
        self._unpacked.pop(slot, None)
