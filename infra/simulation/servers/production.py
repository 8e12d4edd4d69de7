"""Blocks one after another, with the forks asked for: what was confirmed may be dropped again."""

from collections import deque
from typing import Final

import msgspec

from infra.simulation.servers.copying import diverging_copy
from infra.simulation.servers.faults import FaultKind, Faults
from infra.simulation.servers.history import BEHIND, Commitment, History
from infra.simulation.world.chain import World
from infra.simulation.world.transaction import Block

DROPPED_KEPT: Final = 10_000
"""Dropped transactions remembered for whoever checks that all were retracted."""
FORK_BLOCKS_MAX: Final = 30
"""A fork longer than this would reach finality, which no fork does."""


class Dropped(msgspec.Struct, frozen=True):
    """A transaction that was confirmed and then was not on the chain."""

    signature: str
    slot: int


class Step(msgspec.Struct, frozen=True):
    """What changed with one block: it, and what reached a commitment because of it."""

    produced: Block
    confirmed: list[Block]
    finalized: list[Block]
    dropped: list[Block]

    def reached(self, commitment: Commitment) -> list[Block]:
        """The blocks that are new at a commitment."""
        if commitment is Commitment.PROCESSED:
            return [self.produced]
        return self.confirmed if commitment is Commitment.CONFIRMED else self.finalized


class Production:
    """Drives the world and the node's history.

    A fork is made of a copy of the world whose agents decide otherwise: its blocks are shown
    until ``amount`` of them are confirmed, then the original takes over from where they
    parted, on the same slots.
    """

    def __init__(self, world: World, history: History, faults: Faults) -> None:
        self._world = world
        self._branch: World | None = None
        self._branch_left = 0
        self._parted_at = 0
        self._forks = 0
        self._history = history
        self._faults = faults
        self._reached = dict.fromkeys(BEHIND, -1)
        self.dropped: deque[Dropped] = deque(maxlen=DROPPED_KEPT)

    @property
    def world(self) -> World:
        """The world whose blocks are on top right now."""
        return self._branch or self._world

    @property
    def main_world(self) -> World:
        """The world that survives every fork; the truth is told of it."""
        return self._world

    def step(self) -> Step:
        """Produce one block."""
        dropped = self._end_fork() if self._branch is not None and not self._branch_left else []
        if self._branch is None:
            self._start_fork()
        produced = self.world.next_block()
        if self._branch is not None:
            self._branch_left -= 1
            produced = _on_a_fork(produced, self._forks)
        self._history.append(produced)
        return Step(
            produced=produced,
            confirmed=self._newly(Commitment.CONFIRMED),
            finalized=self._newly(Commitment.FINALIZED),
            dropped=dropped,
        )

    def _start_fork(self) -> None:
        top = self._history.newest(Commitment.PROCESSED)
        fault = self._faults.strikes(FaultKind.FORK, f"block/{top.slot if top else 0}")
        if fault is None or top is None:
            return
        self._faults.disarm(fault.id)
        self._forks += 1
        self._parted_at = top.slot
        self._branch = diverging_copy(self._world, f"fork/{self._forks}")
        confirmed = max(1, min(fault.amount, FORK_BLOCKS_MAX))
        self._branch_left = confirmed + BEHIND[Commitment.CONFIRMED]

    def _end_fork(self) -> list[Block]:
        confirmed = self._reached[Commitment.CONFIRMED]
        dropped = self._history.drop_above(self._parted_at)
        self.dropped.extend(
            Dropped(transaction.signature, block.slot)
            for block in dropped
            if block.slot <= confirmed
            for transaction in block.transactions
        )
        for commitment, slot in self._reached.items():
            self._reached[commitment] = min(slot, self._parted_at)
        self._branch = None
        return dropped

    def _newly(self, commitment: Commitment) -> list[Block]:
        newest = self._history.newest(commitment)
        if newest is None or newest.slot <= self._reached[commitment]:
            return []
        slots = self._history.slots(self._reached[commitment] + 1, newest.slot)
        self._reached[commitment] = newest.slot
        blocks = (self._history.block(slot) for slot in slots)
        return [block for block in blocks if block is not None]


def _on_a_fork(block: Block, fork: int) -> Block:
    """The block under a hash of its own: two versions of a slot never share one."""
    return msgspec.structs.replace(block, blockhash=_other(block.blockhash, fork))


def _other(blockhash: str, fork: int) -> str:
    """A base58 text of the same length that no block of the surviving chain has."""
    turned = fork % (len(blockhash) - 2) + 1
    return blockhash[turned:] + blockhash[:turned]
