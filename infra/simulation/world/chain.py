"""The simulated chain: block after block of transactions, and the accounts they leave behind."""

import hashlib
from typing import Final

from solders.hash import Hash

from infra.simulation.world.economy import Economy
from infra.simulation.world.genesis import found
from infra.simulation.world.population import Population
from infra.simulation.world.rates import SKIPPED_SLOT_PERCENT
from infra.simulation.world.reading import Reading
from infra.simulation.world.runtime.validator import BlockContext, Request, process
from infra.simulation.world.transaction import Account, Block, SimulatedTransaction
from infra.simulation.world.truth import TrueTrade, Truth

__all__ = ["GENESIS_TIME", "Account", "Block", "SimulatedTransaction", "World"]

GENESIS_TIME: Final = 1_744_156_800
"""2025-04-09 00:00 UTC, the day of the recorded blocks whose layouts and rates it follows."""
GENESIS_SLOT: Final = 332_000_000
GENESIS_HEIGHT: Final = 310_240_000
SLOT_MILLISECONDS: Final = 400


class World:
    """A market of agents on a chain of blocks; the same seed gives the same bytes.

    Time passes only with ``next_block``. Nothing here reads a clock or a global random number.
    ``transactions_per_second`` is of chain time, votes and skipped slots apart.
    """

    def __init__(
        self,
        seed: int,
        genesis_time: int = GENESIS_TIME,
        *,
        transactions_per_second: int = 20,
        slot_milliseconds: int = SLOT_MILLISECONDS,
        votes_per_block: int = 0,
        spam_percent: int = 15,
    ) -> None:
        self.economy = Economy(seed)
        # A chain that begins later begins at a later slot, so that a second one follows the first.
        self._genesis_slot = (
            GENESIS_SLOT + (genesis_time - GENESIS_TIME) * 1_000 // slot_milliseconds
        )
        self.economy.slot, self.economy.time = self._genesis_slot, genesis_time
        found(self.economy)
        per_block = transactions_per_second * slot_milliseconds / 1_000
        self.population = Population(self.economy, per_block, votes_per_block, spam_percent)
        self._reading = Reading(self.economy.ledger)
        self._skips = self.economy.random("skipped slots")
        self._genesis_time = genesis_time
        self._slot_milliseconds = slot_milliseconds
        self._slot = self._genesis_slot
        self._height = GENESIS_HEIGHT
        self._blockhash = hashlib.sha256(f"genesis/{seed}".encode()).digest()

    def next_block(self) -> Block:
        """Produce one block; a skipped slot before it shows as a gap."""
        parent = self._slot
        self._slot += 1
        while self._skips.randrange(100) < SKIPPED_SLOT_PERCENT:
            self._slot += 1
        elapsed = (self._slot - self._genesis_slot) * self._slot_milliseconds
        time = self._genesis_time + elapsed // 1_000
        for slot in range(parent + 1, self._slot + 1):
            self.economy.begin_slot(slot, time)
        recent = self._blockhash
        self._blockhash = hashlib.sha256(recent + self._slot.to_bytes(8, "little")).digest()
        previous = str(Hash(recent))
        context = BlockContext(self._slot, time, recent, previous, self.economy.tables)
        transactions = self._fill(context)
        self._height += 1
        return Block(
            slot=self._slot,
            parent_slot=parent,
            block_time=time,
            block_height=self._height,
            blockhash=str(Hash(self._blockhash)),
            previous_blockhash=previous,
            transactions=tuple(transactions),
        )

    def _fill(self, context: BlockContext) -> list[SimulatedTransaction]:
        """Execute what was sent, the highest bids first."""
        book = self.economy.book
        transactions: list[SimulatedTransaction] = []
        for intent in self.population.intents():
            request = intent if isinstance(intent, Request) else intent()
            if request is None:
                continue
            outcome = process(request, context, len(transactions))
            if outcome is not None:
                transactions.append(outcome.transaction)
                book.record(outcome.transaction, outcome.fills)
        return transactions

    def account(self, address: str) -> Account | None:
        """The account as of the last block, or None when it does not exist."""
        return self._reading.account(address)

    def token_accounts_by_owner(
        self, owner: str, mint: str | None = None, program: str | None = None
    ) -> list[tuple[str, Account]]:
        """The owner's token accounts, of one mint or of one token program."""
        return self._reading.token_accounts_by_owner(owner, mint, program)

    def largest_accounts(self, mint: str) -> list[tuple[str, int]]:
        """The 20 largest token accounts of ``mint`` with their base units, largest first."""
        return self._reading.largest_accounts(mint)

    def supply(self, mint: str) -> tuple[int, int] | None:
        """Supply in base units and decimals, or None when there is no such mint."""
        return self._reading.supply(mint)

    def program_accounts(self, program: str) -> list[tuple[str, Account]]:
        """Every account that ``program`` owns."""
        return self._reading.program_accounts(program)

    def truth(self) -> Truth:
        """What is true so far and cannot be seen on the chain."""
        book = self.economy.book
        return Truth(
            agents=tuple(agent.truth() for agent in self.population.agents),
            tokens=tuple(book.tokens.values()),
            drifts=tuple(book.drifts),
            results=tuple(book.results()),
            fees=dict(book.fees),
            trades=book.trades(),
        )

    def drain_trades(self) -> tuple[TrueTrade, ...]:
        """Hand over the true trades since the last call, so that a long run stays small."""
        return self.economy.book.drain_trades()
