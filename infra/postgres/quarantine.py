"""Where entries go that could not be read: kept with the reason, out of everybody's way."""

from collections.abc import Sequence
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

import asyncpg

from infra.postgres.compression import compress


class Quarantined(NamedTuple):
    """An entry, why it was refused, and where it came from.

    ``signature`` and ``inbox_position`` are known when it got as far as the decoder.
    """

    raw: bytes
    reason: str
    source: str
    signature: str | None = None
    inbox_position: int | None = None


async def quarantine(connection: asyncpg.Connection, entries: Sequence[Quarantined]) -> None:
    """Keep the entries; the same bytes again change nothing."""
    rows = {sha256(entry.raw).digest(): entry for entry in entries}
    await connection.executemany(
        "INSERT INTO quarantine (digest, signature, inbox_position, source, reason, raw) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING",
        [
            (
                digest,
                entry.signature,
                entry.inbox_position,
                entry.source,
                entry.reason.replace("\0", "\N{SYMBOL FOR NULL}"),  # Postgres text holds no NUL
                compress(entry.raw),
            )
            # In one order, so that two deliveries of the same entries never block each other.
            for digest, entry in sorted(rows.items(), key=itemgetter(0))
        ],
    )
