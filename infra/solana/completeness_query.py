"""Answers how much of a wallet's history is known whole."""

import asyncpg

from api.rest.completeness import Hole, Ledger
from domain.values import WalletAddress
from infra.postgres.coverage import PostgresCoverage
from infra.solana.status import last_seen


class PostgresCompletenessQuery:
    """Reads the ledger and what the watchdog last saw."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._coverage = PostgresCoverage(pool)

    async def ledger(self, wallet: WalletAddress) -> Ledger:
        """The wallet's entry; an empty one when nobody ever looked."""
        chain = await last_seen(self._pool)
        entry = await self._coverage.entry(wallet)
        if entry is None:
            return Ledger(None, None, (), chain)
        holes = [Hole(h.signature, h.slot, h.tries, h.found_at) for h in entry.holes]
        return Ledger(entry.coverage, entry.looked_at, holes, chain)
