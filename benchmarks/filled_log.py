"""A log with events in it, as transactions of the chain give them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import asyncpg

from benchmarks.plain_writes import Row
from benchmarks.transactions import Transactions
from domain.chain.decoder import decode_transaction
from domain.chain.errors import MalformedTransaction
from infra.intake.recording import appends
from infra.postgres.commit import Append
from infra.postgres.rows import COLUMNS

TRANSACTIONS: Final = 2_000
"""Decoded for real; a larger log repeats their events in streams of their own."""
SOURCE: Final = "benchmark"


async def fill(database_url: str, events: int) -> str:
    """Put that many events into an empty log; returns which kind of transactions they are of."""
    transactions = Transactions()
    group = list(_decoded(transactions))
    connection = await asyncpg.connect(database_url)
    try:
        await connection.copy_records_to_table(
            "events", records=_rows(group, events), columns=COLUMNS
        )
        await connection.execute("UPDATE log_head SET position = $1", events)
        await connection.execute("VACUUM ANALYZE events")
    finally:
        await connection.close()
    return transactions.kind


def _decoded(transactions: Transactions) -> Iterator[Append]:
    for raw in transactions.take(TRANSACTIONS):
        try:
            yield from appends(decode_transaction(raw), SOURCE)
        except MalformedTransaction:
            continue


def _rows(group: list[Append], count: int) -> Iterator[Row]:
    now, position = datetime.now(UTC), 0
    while True:
        for append in group:
            stream_id = uuid4()
            for version, event_type, data in append.events:
                position += 1
                yield Row(position, stream_id, version, event_type, data, append.metadata, now)
                if position == count:
                    return
