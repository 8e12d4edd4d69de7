"""The simulated chain: block after block of transactions, and the accounts they leave behind."""

import hashlib
import random
from typing import Final

from solders.hash import Hash

from infra.simulation.world.programs import ids, system
from infra.simulation.world.reading import Reading
from infra.simulation.world.runtime.ledger import Ledger
from infra.simulation.world.runtime.validator import BlockContext, Request, process
from infra.simulation.world.transaction import Account, Block, SimulatedTransaction
from infra.simulation.world.truth import Truth

__all__ = ["GENESIS_TIME", "Account", "Block", "SimulatedTransaction", "World"]

GENESIS_TIME: Final = 1_744_156_800
"""2025-04-09 00:00 UTC, the time of the recorded blocks whose rates the world follows."""


class World:
    """A market of agents on a chain of blocks; the same seed gives the same bytes.

    Time passes only with ``next_block``. Nothing here reads a clock or a global random number.
    """

    def __init__(self, seed: int, genesis_time: int = GENESIS_TIME) -> None:
        self._random = random.Random(f"world/{seed}")  # noqa: S311 - a simulation, not a secret
        self.ledger = Ledger(seed)
        self.ledger.adopt(ids.PROGRAMS)
        self._reading = Reading(self.ledger)
        self._time = genesis_time
        self._slot = 332_000_000
        self._height = 310_000_000
        self._blockhash = hashlib.sha256(f"genesis/{seed}".encode()).digest()
        self._wallets = [self.ledger.wallet(10**10) for _ in range(20)]

    def next_block(self) -> Block:
        """Produce one block; a skipped slot before it shows as a gap."""
        parent = self._slot
        self._slot += 1
        recent = self._blockhash
        previous = str(Hash(recent))
        self._blockhash = hashlib.sha256(recent).digest()
        context = BlockContext(self._slot, self._time, recent, previous)
        transactions = []
        for index in range(10):
            payer, payee = self._random.sample(self._wallets, 2)
            pay = system.transfer(payer, payee, 1_000)
            transactions.append(process(Request(payer, (pay,)), context, index))
        self._height += 1
        return Block(
            self._slot,
            parent,
            self._time,
            self._height,
            str(Hash(self._blockhash)),
            previous,
            tuple(transactions),
        )

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
        return Truth((), (), (), (), {}, ())
