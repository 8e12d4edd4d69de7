"""The completeness ledger's tables: what is known of each wallet's history, and its holes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

from domain.completeness import CoveredRange, Evidence
from domain.coverage.listing import Cursor
from domain.coverage.look import Coverage
from domain.values import Signature, Slot, WalletAddress

HOLES_SHOWN_MAX: Final = 100
_RANGE: Final = (
    "first_slot, last_slot, state, reason, listing_id, endpoint, pages, listed, missing, "
    "as_of_slot, at"
)


class Hole(Struct, frozen=True):
    """A listed transaction that no node would hand over."""

    signature: Signature
    slot: Slot
    tries: int
    found_at: datetime


class LedgerEntry(Struct, frozen=True):
    """A wallet's coverage, when it was last looked at, and the holes still open."""

    coverage: Coverage
    looked_at: datetime
    holes: Sequence[Hole]


class PostgresCoverage:
    """Reads and writes the ledger."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def entry(self, wallet: WalletAddress) -> LedgerEntry | None:
        """What is known of a wallet; None when nobody ever looked."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(
                "SELECT * FROM wallet_coverage WHERE wallet = $1", wallet
            )
            if row is None:
                return None
            ranges = await connection.fetch(
                f"SELECT {_RANGE} FROM coverage_ranges WHERE wallet = $1 "  # noqa: S608  # our own
                "ORDER BY first_slot",
                wallet,
            )
            holes = await connection.fetch(
                "SELECT signature, slot, tries, found_at FROM coverage_holes "
                "WHERE wallet = $1 AND closed_at IS NULL ORDER BY slot LIMIT $2",
                wallet,
                HOLES_SHOWN_MAX,
            )
        return LedgerEntry(
            _coverage(row, [_range(one) for one in ranges]),
            row["looked_at"],
            [Hole(*hole) for hole in holes],
        )

    async def save(
        self,
        wallet: WalletAddress,
        coverage: Coverage,
        holes: Mapping[Signature, Slot],
        received: Collection[Signature],
        at: datetime,
    ) -> None:
        """Replace what is known of a wallet, note the holes, close those now received."""
        cursor = coverage.cursor
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO wallet_coverage VALUES ($1, $2, $3, $4, $5, $6) "
                "ON CONFLICT (wallet) DO UPDATE SET cursor_slot = $2, cursor_signature = $3, "
                "as_of_slot = $4, reason = $5, looked_at = $6",
                wallet,
                None if cursor is None else cursor.slot,
                None if cursor is None else cursor.signature,
                coverage.as_of or 0,
                coverage.reason,
                at,
            )
            await connection.execute("DELETE FROM coverage_ranges WHERE wallet = $1", wallet)
            await connection.executemany(
                f"INSERT INTO coverage_ranges (wallet, {_RANGE}) "  # noqa: S608  # our own
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                [_columns(wallet, one) for one in coverage.ranges],
            )
            await connection.executemany(
                "INSERT INTO coverage_holes (wallet, signature, slot, tries) VALUES ($1, $2, $3, 1)"
                " ON CONFLICT (wallet, signature) DO UPDATE SET tries = coverage_holes.tries + 1,"
                " closed_at = NULL",
                [(wallet, signature, slot) for signature, slot in holes.items()],
            )
            await connection.execute(
                "UPDATE coverage_holes SET closed_at = clock_timestamp() "
                "WHERE wallet = $1 AND closed_at IS NULL AND signature = ANY($2)",
                wallet,
                list(received),
            )


def _coverage(row: asyncpg.Record, ranges: Sequence[CoveredRange]) -> Coverage:
    cursor = None
    if row["cursor_slot"] is not None:
        cursor = Cursor(Slot(row["cursor_slot"]), Signature(row["cursor_signature"]))
    return Coverage(tuple(ranges), cursor, Slot(row["as_of_slot"]), row["reason"])


def _range(row: asyncpg.Record) -> CoveredRange:
    evidence = Evidence(
        row["listing_id"],
        row["endpoint"],
        row["pages"],
        row["listed"],
        row["missing"],
        Slot(row["as_of_slot"]),
        row["at"],
    )
    first, last = Slot(row["first_slot"]), Slot(row["last_slot"])
    return CoveredRange(first, last, row["state"], evidence, row["reason"])


def _columns(wallet: WalletAddress, one: CoveredRange) -> tuple[object, ...]:
    said = one.evidence
    return (
        wallet,
        one.first,
        one.last,
        one.state,
        one.reason,
        said.listing_id,
        said.endpoint,
        said.pages,
        said.listed,
        said.missing,
        said.as_of,
        said.at,
    )
