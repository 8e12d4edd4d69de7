"""A node's memory is bounded, packed, and forgets a fork without a trace."""

import pytest

from infra.simulation.servers.history import UNPACKED_BLOCKS, Commitment, History
from infra.simulation.world.chain import World
from infra.simulation.world.transaction import Block

BLOCKS = 3 * UNPACKED_BLOCKS


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    world = World(3)
    return [world.next_block() for _ in range(BLOCKS)]


def remembered(blocks: list[Block], transactions_max: int = 10**9) -> History:
    history = History(transactions_max)
    for block in blocks:
        history.append(block)
    return history


def signatures_of(history: History, address: str) -> list[str]:
    return [entry.signature for entry in history.of_address(address)]


def test_what_is_packed_comes_back_as_it_was(blocks: list[Block]) -> None:
    history = remembered(blocks)
    assert [history.block(block.slot) for block in blocks] == blocks
    for block in blocks:
        for transaction in block.transactions:
            entry = history.listing(transaction.signature)
            assert entry is not None
            assert history.transaction(entry) == transaction


def test_an_address_lists_what_mentions_it_in_order(blocks: list[Block]) -> None:
    history = remembered(blocks)
    wanted: dict[str, list[str]] = {}
    for block in blocks:
        for transaction in block.transactions:
            for address in dict.fromkeys(transaction.accounts):
                wanted.setdefault(address, []).append(transaction.signature)
    for address, signatures in wanted.items():
        assert signatures_of(history, address) == signatures


def test_the_oldest_blocks_are_cleaned_up(blocks: list[Block]) -> None:
    total = sum(len(block.transactions) for block in blocks)
    history = remembered(blocks, transactions_max=total // 2)
    assert len(history) <= total // 2
    assert history.first_slot() > blocks[0].slot
    assert history.block(blocks[0].slot) is None
    assert history.listing(blocks[0].transactions[0].signature) is None
    kept = {t.signature for b in blocks if b.slot >= history.first_slot() for t in b.transactions}
    assert len(history) == len(kept)
    addresses = {address for b in blocks for t in b.transactions for address in t.accounts}
    assert {s for a in addresses for s in signatures_of(history, a)} == kept


def test_a_dropped_fork_leaves_no_trace(blocks: list[Block]) -> None:
    parted = len(blocks) - 6
    history, without = remembered(blocks), remembered(blocks[:parted])
    final = history.newest(Commitment.FINALIZED)
    assert history.drop_above(blocks[parted - 1].slot) == blocks[parted:]
    assert len(history) == len(without)
    for transaction in blocks[-1].transactions:
        for address in transaction.accounts:
            assert signatures_of(history, address) == signatures_of(without, address)
    assert history.newest(Commitment.FINALIZED) == final
    assert history.newest(Commitment.PROCESSED) == without.newest(Commitment.PROCESSED)


def test_slots_without_a_block_are_told_apart(blocks: list[Block]) -> None:
    history = remembered(blocks)
    made = [block.slot for block in blocks]
    assert history.slots(0, 10**12) == made
    assert len(made) < made[-1] - made[0] + 1
