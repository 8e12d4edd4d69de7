"""A watched wallet on the simulated chain: what is true of it, what is in, what is claimed."""

import asyncio

import asyncpg

from domain.completeness import CoveredRange
from domain.coverage.look import Coverage
from domain.values import WalletAddress
from infra.postgres.coverage import LedgerEntry, PostgresCoverage
from infra.solana.reconciling import Reconciler, Round
from tests.infra.solana.hopping import Hopping


class Watch:
    """Some wallets, the ledger that watches them, and the truth."""

    def __init__(
        self,
        simulation: Hopping,
        reconciler: Reconciler,
        ledger: PostgresCoverage,
        pool: asyncpg.Pool,
        wallets: list[str],
    ) -> None:
        self.simulation = simulation
        self.wallets = [WalletAddress(wallet) for wallet in wallets]
        self._reconciler = reconciler
        self._ledger = ledger
        self._pool = pool

    async def round(self) -> Round:
        """One round over all of them."""
        return await self._reconciler.round(self.wallets, asyncio.Event())

    async def entry(self, place: int = 0) -> LedgerEntry:
        """The ledger's entry of one."""
        found = await self._ledger.entry(self.wallets[place])
        assert found is not None
        return found

    async def coverage(self, place: int = 0) -> Coverage:
        """What is known of one."""
        return (await self.entry(place)).coverage

    async def received(self) -> set[str]:
        """Every signature that is in."""
        rows = await self._pool.fetch("SELECT signature FROM inbox")
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0] for row in rows}

    async def lacking(self, place: int = 0) -> set[str]:
        """Final transactions since the first claim that are not in."""
        ranges = (await self.coverage(place)).ranges
        first = ranges[0].first if ranges else 0
        received = await self.received()
        truth = self.simulation.final.get(self.wallets[place], {})
        return {name for name, slot in truth.items() if slot >= first} - received

    async def false_claims(self) -> list[tuple[CoveredRange, str]]:
        """Ranges said to be whole in which a final transaction is not in."""
        received, wrong = await self.received(), []
        for wallet in self.wallets:
            truth = self.simulation.final.get(wallet, {})
            lacking = [(name, slot) for name, slot in truth.items() if name not in received]
            entry = await self._ledger.entry(wallet) if lacking else None
            for one in entry.coverage.ranges if entry else ():
                for name, slot in lacking:
                    if one.state != "unknown" and one.first <= slot <= one.last:
                        wrong.append((one, name))
        return wrong
