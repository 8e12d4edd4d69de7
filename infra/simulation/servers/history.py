"""The chain as one node remembers it: bounded, indexed, with the three commitment levels."""

from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from infra.simulation.world.transaction import Block, SimulatedTransaction

CONFIRMED_BEHIND: Final = 1
"""Blocks between the newest one and the newest one a supermajority has voted on."""
FINALIZED_BEHIND: Final = CONFIRMED_BEHIND + 31
"""A block is final with 31 confirmed ones above it."""
TRANSACTIONS_MAX: Final = 40_000
"""What a node keeps, about 300 MB: the oldest blocks are cleaned up, as in a real ledger."""


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
        self._blocks: deque[Block] = deque()
        self._by_slot: dict[int, Block] = {}
        self._by_signature: dict[str, SimulatedTransaction] = {}
        self._by_address: dict[str, deque[SimulatedTransaction]] = {}
        self._cleaned_up = 0
        self._reached = dict.fromkeys(BEHIND, 0)

    def __len__(self) -> int:
        return len(self._by_signature)

    def append(self, block: Block) -> None:
        """Add the block on top; the oldest ones go when there is too much."""
        self._blocks.append(block)
        self._by_slot[block.slot] = block
        for transaction in block.transactions:
            self._by_signature[transaction.signature] = transaction
            for address in dict.fromkeys(transaction.accounts):
                self._by_address.setdefault(address, deque()).append(transaction)
        while len(self._by_signature) > self._transactions_max and len(self._blocks) > 1:
            self._clean_up()

    def drop_above(self, slot: int) -> list[Block]:
        """Forget every block above ``slot``, as a node does that followed a losing fork.

        What had reached a commitment below the parting keeps it: finality never goes back.
        """
        reached = {commitment: self._place(commitment, 0) for commitment in BEHIND}
        dropped: list[Block] = []
        while self._blocks and self._blocks[-1].slot > slot:
            block = self._blocks.pop()
            del self._by_slot[block.slot]
            for transaction in reversed(block.transactions):
                self._by_signature.pop(transaction.signature, None)
                for address in dict.fromkeys(transaction.accounts):
                    self._forget(address, newest=True)
            dropped.append(block)
        top = len(self._blocks) - 1
        for commitment, place in reached.items():
            self._reached[commitment] = min(place, top) + self._cleaned_up
        return dropped[::-1]

    def newest(self, commitment: Commitment, lag: int = 0) -> Block | None:
        """The newest block at a commitment, ``lag`` blocks ago; None before the first block."""
        if not self._blocks:
            return None
        return self._blocks[self._place(commitment, lag)]

    def first_slot(self) -> int:
        """The oldest slot still kept."""
        return self._blocks[0].slot if self._blocks else 0

    def block(self, slot: int) -> Block | None:
        """The block of a slot; None when it was skipped, cleaned up or is yet to come."""
        return self._by_slot.get(slot)

    def slots(self, first: int, last: int) -> list[int]:
        """The slots from ``first`` to ``last`` that have a block, ascending."""
        first, last = max(first, self.first_slot()), min(last, self._last_slot())
        return [slot for slot in range(first, last + 1) if slot in self._by_slot]

    def transaction(self, signature: str) -> SimulatedTransaction | None:
        """The transaction, if it is on the chain and still kept."""
        return self._by_signature.get(signature)

    def of_address(self, address: str) -> Sequence[SimulatedTransaction]:
        """The transactions that mention an address, oldest first."""
        return self._by_address.get(address, ())

    def _place(self, commitment: Commitment, lag: int) -> int:
        """Where in the kept blocks the newest one at a commitment is."""
        by_depth = len(self._blocks) - 1 - BEHIND[commitment]
        kept = self._reached[commitment] - self._cleaned_up
        return max(max(by_depth, kept) - lag, 0)

    def _last_slot(self) -> int:
        return self._blocks[-1].slot if self._blocks else -1

    def _clean_up(self) -> None:
        block = self._blocks.popleft()
        self._cleaned_up += 1
        del self._by_slot[block.slot]
        for transaction in block.transactions:
            self._by_signature.pop(transaction.signature, None)
            for address in dict.fromkeys(transaction.accounts):
                self._forget(address, newest=False)

    def _forget(self, address: str, *, newest: bool) -> None:
        listed = self._by_address[address]
        if newest:
            listed.pop()
        else:
            listed.popleft()
        if not listed:
            del self._by_address[address]
