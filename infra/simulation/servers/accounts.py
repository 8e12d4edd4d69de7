"""Account states at a commitment: what an account was before the blocks that are not final yet."""

from collections import deque
from typing import Final, Protocol

import msgspec

from infra.simulation.servers.history import FINALIZED_BEHIND
from infra.simulation.world.transaction import Account, Block, SimulatedTransaction

WINDOW_BLOCKS: Final = 2 * FINALIZED_BEHIND
"""Blocks whose states are kept: enough for finalized, seen by a node that lags as much again."""
_AMOUNT: Final = slice(64, 72)
"""Where a token account's bytes hold its amount."""
_TOKEN_ACCOUNT_BYTES: Final = 165


class Reader(Protocol):
    """What this module needs of a world."""

    def account(self, address: str) -> Account | None:
        """The account as of the newest block."""


class AccountStates:
    """Remembers what every account touched lately was after each block."""

    def __init__(self) -> None:
        self._states: dict[str, deque[tuple[int, Account | None]]] = {}
        self._touched: deque[tuple[int, list[str]]] = deque()

    def record(self, block: Block, reader: Reader) -> None:
        """Remember the accounts of a block that has just been produced."""
        first: dict[str, tuple[SimulatedTransaction, int]] = {}
        for transaction in block.transactions:
            for index, address in enumerate(transaction.accounts):
                first.setdefault(address, (transaction, index))
        for address, (transaction, index) in first.items():
            now = reader.account(address)
            states = self._states.get(address)
            if states is None:
                before = _before(now, transaction, index)
                states = self._states[address] = deque([(-1, before)])
            states.append((block.slot, now))
        self._touched.append((block.slot, list(first)))
        while len(self._touched) > WINDOW_BLOCKS:
            self._forget_oldest()

    def drop_above(self, slot: int) -> None:
        """Forget the states of a fork that lost."""
        while self._touched and self._touched[-1][0] > slot:
            _, addresses = self._touched.pop()
            for address in addresses:
                self._states[address].pop()
                self._forget_if_at_rest(address)

    def at(self, address: str, slot: int, reader: Reader) -> Account | None:
        """The account as of the block of ``slot``, or as far back as is remembered."""
        states = self._states.get(address)
        if states is None:
            return reader.account(address)
        for changed, state in reversed(states):
            if changed <= slot:
                return state
        return states[0][1]

    def _forget_oldest(self) -> None:
        _, addresses = self._touched.popleft()
        for address in addresses:
            states = self._states[address]
            states.popleft()  # the state after this block becomes the base of the next ones
            self._forget_if_at_rest(address)

    def _forget_if_at_rest(self, address: str) -> None:
        if len(self._states[address]) == 1:
            del self._states[address]


def _before(now: Account | None, first: SimulatedTransaction, index: int) -> Account | None:
    """The account before the first transaction that names it, from the balances it reports.

    Exact for wallets and token accounts; the data of anything else is taken as it is now.
    """
    lamports = first.meta.pre_balances[index]
    if now is None or lamports == 0:
        return None
    before = msgspec.structs.replace(now, lamports=lamports, slot=min(now.slot, first.slot - 1))
    if len(now.data) != _TOKEN_ACCOUNT_BYTES:
        return before
    for balance in first.meta.pre_token_balances:
        if balance.account_index == index:
            data = bytearray(now.data)
            data[_AMOUNT] = balance.amount.to_bytes(8, "little")
            return msgspec.structs.replace(before, data=bytes(data))
    return before
