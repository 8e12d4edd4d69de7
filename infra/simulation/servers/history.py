"""The chain as one node remembers it: bounded, indexed, with the three commitment levels."""

from collections import deque
from collections.abc import Reversible
from enum import StrEnum
from typing import Final

import msgspec

from infra.simulation.servers.packing import Listed, PackedBlocks, listed
from infra.simulation.world.transaction import Block, SimulatedTransaction

CONFIRMED_BEHIND: Final = 1
"""Blocks between the newest one and the newest one a supermajority has voted on."""
FINALIZED_BEHIND: Final = CONFIRMED_BEHIND + 31
"""A block is final with 31 confirmed ones above it."""
TRANSACTIONS_MAX: Final = 60_000
"""What a node keeps, about 200 MB: the oldest blocks are cleaned up, as in a real ledger."""
UNPACKED_BLOCKS: Final = 2 * FINALIZED_BEHIND
"""The newest blocks stay as they are: they may still be dropped, and everybody asks for them."""


class Commitment(StrEnum):
    """How sure the cluster is of a block."""

    PROCESSED = "processed"
    CONFIRMED = "confirmed"
    FINALIZED = "finalized"


BEHIND: Final = {
    Commitment.PROCESSED: 0,
    Commitment.CONFIRMED: CONFIRMED_BEHIND,
    Commitment.FINALIZED: FINALIZED_BEHIND,
}


class History:
    """Keeps the newest blocks and finds transactions by signature and by address."""

    def __init__(self, transactions_max: int = TRANSACTIONS_MAX) -> None:
        self._transactions_max = transactions_max
        self._heads: deque[Block] = deque()
        self._recent: dict[int, Block] = {}
        self._packed = PackedBlocks()
        self._slots: dict[int, None] = {}
        self._by_signature: dict[str, Listed] = {}
        self._by_address: dict[str, deque[Listed]] = {}
        self._cleaned_up = 0
        self._reached = dict.fromkeys(BEHIND, 0)

    def __len__(self) -> int:
        return len(self._by_signature)

    def append(self, block: Block) -> None:
        """Add the block on top; the oldest ones go when there is too much."""
        self._heads.append(msgspec.structs.replace(block, transactions=()))
        self._slots[block.slot] = None
        self._recent[block.slot] = block
        for transaction in block.transactions:
            entry = listed(transaction)
            self._by_signature[entry.signature] = entry
            for address in dict.fromkeys(transaction.accounts):
                self._by_address.setdefault(address, deque()).append(entry)
        if len(self._recent) > UNPACKED_BLOCKS:
            self._packed.put(self._recent.pop(next(iter(self._recent))))
        while len(self._by_signature) > self._transactions_max and len(self._heads) > 1:
            self._remove(self._heads.popleft().slot, newest=False)
            self._cleaned_up += 1

    def drop_above(self, slot: int) -> list[Block]:
        """Forget every block above ``slot``, as a node does that followed a losing fork.

        What had reached a commitment below the parting keeps it: finality never goes back.
        """
        reached = {commitment: self._place(commitment, 0) for commitment in BEHIND}
        dropped: list[Block] = []
        while self._heads and self._heads[-1].slot > slot:
            dropped.append(self._remove(self._heads.pop().slot, newest=True))
        top = len(self._heads) - 1
        for commitment, place in reached.items():
            self._reached[commitment] = min(place, top) + self._cleaned_up
        return dropped[::-1]

    def newest(self, commitment: Commitment, lag: int = 0) -> Block | None:
        """The newest block at a commitment, ``lag`` blocks ago, without its transactions.

        None before the first block.
        """
        return self._heads[self._place(commitment, lag)] if self._heads else None

    def first_slot(self) -> int:
        """The oldest slot still kept."""
        return self._heads[0].slot if self._heads else 0

    def block(self, slot: int) -> Block | None:
        """The block of a slot; None when it was skipped, cleaned up or is yet to come."""
        return self._recent.get(slot) or self._packed.get(slot)

    def slots(self, first: int, last: int) -> list[int]:
        """The slots from ``first`` to ``last`` that have a block, ascending."""
        newest = self._heads[-1].slot if self._heads else -1
        first, last = max(first, self.first_slot()), min(last, newest)
        return [slot for slot in range(first, last + 1) if slot in self._slots]

    def listing(self, signature: str) -> Listed | None:
        """Where a transaction is, if it is on the chain and still kept."""
        return self._by_signature.get(signature)

    def transaction(self, entry: Listed) -> SimulatedTransaction | None:
        """The listed transaction itself."""
        block = self.block(entry.slot)
        if block is None or entry.index >= len(block.transactions):
            return None
        return block.transactions[entry.index]

    def of_address(self, address: str) -> Reversible[Listed]:
        """The transactions that mention an address, oldest first."""
        return self._by_address.get(address, ())

    def _place(self, commitment: Commitment, lag: int) -> int:
        """Where in the kept blocks the newest one at a commitment is."""
        by_depth = len(self._heads) - 1 - BEHIND[commitment]
        kept = self._reached[commitment] - self._cleaned_up
        return max(max(by_depth, kept) - lag, 0)

    def _remove(self, slot: int, *, newest: bool) -> Block:
        """Take one block out of every index; returns it."""
        block = self.block(slot)
        if block is None:
            raise KeyError(slot)  # a head without its block would be our own mistake
        del self._slots[slot]
        self._recent.pop(slot, None)
        self._packed.forget(slot)
        for transaction in block.transactions:
            self._by_signature.pop(transaction.signature, None)
            for address in dict.fromkeys(transaction.accounts):
                self._forget(address, newest=newest)
        return block

    def _forget(self, address: str, *, newest: bool) -> None:
        entries = self._by_address[address]
        if newest:
            entries.pop()
        else:
            entries.popleft()
        if not entries:
            del self._by_address[address]
