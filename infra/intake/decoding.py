"""Turns the inbox into events, exactly once: events and checkpoint share one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import asyncpg
import structlog

from domain.chain.decoded import DecodedTransaction
from domain.chain.decoder import decode_transaction
from domain.chain.errors import MalformedTransaction
from infra.intake.recording import appends
from infra.postgres.commit import Append, commit
from infra.postgres.inbox import INBOX_RECEIVED, InboxRow, read_rows
from infra.postgres.quarantine import Quarantined, quarantine

BATCH_ROWS_MAX: Final = 400
"""Some 60 ms of decoding: long enough to spread a commit, short enough to stop promptly."""
POLL_SECONDS: Final = 1.0
"""NOTIFY wakes us at once; the poll is for the wake-up that got lost."""

Decode = Callable[[bytes], DecodedTransaction]

logger = structlog.get_logger(__name__)


class CheckpointMoved(Exception):
    """Another decoder is at work: this one is no longer the leader and must start over."""


class Decoding:
    """Decodes over one connection, which also holds the leader's lock."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        *,
        decode: Decode = decode_transaction,
        rows_max: int = BATCH_ROWS_MAX,
    ) -> None:
        self._connection = connection
        self._decode = decode
        self._rows_max = rows_max
        self._wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Decode until ``stop`` is set; raises CheckpointMoved or what the connection raises."""
        await self._connection.add_listener(INBOX_RECEIVED, lambda *_: self._wake.set())
        checkpoint: int = await self._connection.fetchval("SELECT position FROM inbox_checkpoint")
        while not stop.is_set():
            self._wake.clear()
            rows = await read_rows(self._connection, checkpoint, self._rows_max)
            if rows:
                await self._record(rows, checkpoint)
                checkpoint = rows[-1].position
            else:
                await self._woken(stop)

    async def _record(self, rows: Sequence[InboxRow], checkpoint: int) -> None:
        group, refused = _decoded(rows, self._decode)

        async def move_checkpoint(connection: asyncpg.Connection) -> None:
            if refused:
                await quarantine(connection, refused)
            moved = await connection.execute(
                "UPDATE inbox_checkpoint SET position = $1 WHERE position = $2",
                rows[-1].position,
                checkpoint,
            )
            if moved != "UPDATE 1":
                raise CheckpointMoved

        # A conflict here means that the very transaction is in the log already: nothing to add.
        await commit(self._connection, group, move_checkpoint)

    async def _woken(self, stop: asyncio.Event) -> None:
        waits = [asyncio.create_task(self._wake.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(waits, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


def _decoded(
    rows: Sequence[InboxRow], decode: Decode
) -> tuple[Sequence[Append], Sequence[Quarantined]]:
    group: list[Append] = []
    refused: list[Quarantined] = []
    for row in rows:
        try:
            group += list(appends(decode(row.raw), row.source))  # all of it or nothing
        except MalformedTransaction as malformed:
            logger.warning("not decodable", signature=row.signature, reason=str(malformed))
            refused.append(_refused(row, str(malformed)))
        except Exception as fault:  # one transaction we fail on must not keep all others waiting
            logger.exception("the decoder failed", signature=row.signature)
            refused.append(_refused(row, f"the decoder failed: {fault!r}"))
    return group, refused


def _refused(row: InboxRow, reason: str) -> Quarantined:
    return Quarantined(row.raw, reason, row.source, row.signature, row.position)
