"""A simulated chain on which most slots are skipped, so that hours of it take seconds."""

from collections import Counter
from typing import Final

import aiohttp

from infra.simulation.servers.production import Step
from infra.simulation.servers.simulation import Addresses, Simulation
from tests.support.simulation import RunningSimulation

FINAL: Final = 40
"""Blocks after which what was made before is final, and some more."""


class Hopping(RunningSimulation):
    """A chain to hop along, and what of it is final, per address."""

    def __init__(self, box: Simulation, addresses: Addresses, http: aiohttp.ClientSession) -> None:
        super().__init__(box, addresses, http)
        self.final: dict[str, dict[str, int]] = {}
        self.final_slot = 0
        self._payers = Counter[str]()
        box.pace.listen(self._remember)

    async def hop(self, slots: int, blocks: int = FINAL) -> int:
        """Make ``blocks`` blocks that span ``slots`` slots; the newest slot."""
        each = max(0, slots // blocks - 1)
        for _ in range(blocks):
            production = self.box._production
            if production.world is production.main_world:  # a fork has the same slots
                production.main_world._slot += each
            await self.box.pace.produce(1)
        return self.box.pace.slot

    def payers(self, count: int) -> list[str]:
        """The fee payers with the most transactions so far, busiest first."""
        return [payer for payer, _ in self._payers.most_common(count)]

    def _remember(self, step: Step) -> None:
        for block in step.finalized:
            self.final_slot = block.slot
            for transaction in block.transactions:
                self._payers[transaction.accounts[0]] += 1
                for account in transaction.accounts:
                    self.final.setdefault(account, {})[transaction.signature] = block.slot
