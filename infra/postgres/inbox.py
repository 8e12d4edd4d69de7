"""Raw transactions as received, each kept once by signature."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import asyncpg

from commands.ports import Receipt
from domain.chain.documents import RawTransaction, Rejected, split_document
from infra.postgres.compression import compress, decompress
from infra.postgres.quarantine import Quarantined, quarantine

INBOX_RECEIVED: Final = "inbox_received"
"""NOTIFY channel; a wake-up for the decoder, never the only way to learn of a row."""


INDEX_MAX: Final = 2**31 - 1
"""What the column holds; no block has a thousandth of it."""


class InboxRow(NamedTuple):
    """One raw transaction on its way to the decoder."""

    position: int
    signature: str
    source: str
    raw: bytes


class PostgresInbox:
    """An Inbox whose answer means committed."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def receive(self, document: bytes, source: str) -> Receipt:
        """Keep every transaction of the document; durable when it returns.

        Raises MalformedTransaction when the document as a whole cannot be read.
        """
        return await self.keep(list(split_document(document)), source)

    async def keep(self, entries: Sequence[RawTransaction | Rejected], source: str) -> Receipt:
        """Keep what was split before, in one transaction."""
        entries = [_judged(number, entry) for number, entry in enumerate(entries)]
        good = [entry for entry in entries if isinstance(entry, RawTransaction)]
        bad = [entry for entry in entries if isinstance(entry, Rejected)]
        async with self._pool.acquire() as connection, connection.transaction():
            if bad:
                await quarantine(connection, _quarantined(bad, source))
            accepted = await _insert(connection, good, source) if good else 0
        return Receipt(len(entries), accepted, len(good) - accepted, len(bad))

    async def head(self) -> int:
        """The last position there is, 0 for an empty inbox."""
        head: int = await self._pool.fetchval("SELECT position FROM inbox_head")
        return head

    async def checkpoint(self) -> int:
        """The last position that was turned into events."""
        checkpoint: int = await self._pool.fetchval("SELECT position FROM inbox_checkpoint")
        return checkpoint


async def read_rows(connection: asyncpg.Connection, after: int, limit: int) -> Sequence[InboxRow]:
    """The next raw transactions above ``after``, gapless and in order."""
    rows = await connection.fetch(
        "SELECT position, signature, source, raw FROM inbox "
        "WHERE position > $1 ORDER BY position LIMIT $2",
        after,
        limit,
    )
    return [InboxRow(row[0], row[1], row[2], decompress(row[3])) for row in rows]


def _judged(number: int, entry: RawTransaction | Rejected) -> RawTransaction | Rejected:
    index = entry.index_in_block if isinstance(entry, RawTransaction) else None
    if index is not None and index > INDEX_MAX:
        return Rejected(number, f"indexWithinBlock: {index}, over {INDEX_MAX}", entry.raw)
    return entry


async def _insert(
    connection: asyncpg.Connection, entries: Sequence[RawTransaction], source: str
) -> int:
    fresh = await connection.fetchval(
        "SELECT receive_transactions($1, $2, $3, $4, $5, $6)",
        [entry.signature for entry in entries],
        [entry.slot for entry in entries],
        [entry.index_in_block for entry in entries],
        source,
        [sha256(entry.raw).digest() for entry in entries],
        [compress(entry.raw) for entry in entries],
    )
    return len(fresh)


def _quarantined(entries: Iterable[Rejected], source: str) -> Sequence[Quarantined]:
    return [Quarantined(entry.raw, entry.reason, source) for entry in entries]
