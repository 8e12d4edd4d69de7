"""Feeds recorded transactions into the inbox, in batches, and says how far it is."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from commands.ports import Receipt
from domain.chain.documents import RawTransaction, Rejected
from infra.postgres.inbox import PostgresInbox
from infra.recorded_files import Unreadable, documents_in

SOURCE: Final = "replay"
BATCH_ENTRIES_MAX: Final = 500
BATCH_BYTES_MAX: Final = 16 * 2**20
"""One transaction of the database holds this much of a file at most."""

Entry = RawTransaction | Rejected


class Progress(Struct):
    """What became of everything fed so far."""

    files: int = 0
    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    unreadable: int = 0

    def add(self, receipt: Receipt) -> None:
        """Count one batch's receipt."""
        self.received += receipt.received
        self.accepted += receipt.accepted
        self.duplicate += receipt.duplicate
        self.quarantined += receipt.quarantined


async def feed(
    files: Sequence[Path],
    inbox: PostgresInbox,
    *,
    on_progress: Callable[[Progress], None],
    on_unreadable: Callable[[Unreadable], None],
) -> Progress:
    """Keep every transaction of ``files``; repeating after an interruption goes on from there."""
    progress = Progress()
    batch = _Batch(inbox, progress, on_progress)
    for file in files:
        for document in documents_in(file):
            if isinstance(document, Unreadable):
                progress.unreadable += 1
                on_unreadable(document)
                continue
            for entry in document.entries():
                await batch.add(entry)
        progress.files += 1
        on_progress(progress)
    await batch.flush()
    return progress


class _Batch:
    def __init__(
        self, inbox: PostgresInbox, progress: Progress, on_progress: Callable[[Progress], None]
    ) -> None:
        self._inbox = inbox
        self._progress = progress
        self._on_progress = on_progress
        self._entries: list[Entry] = []
        self._bytes = 0

    async def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._bytes += len(entry.raw)
        if len(self._entries) >= BATCH_ENTRIES_MAX or self._bytes >= BATCH_BYTES_MAX:
            await self.flush()

    async def flush(self) -> None:
        if self._entries:
            self._progress.add(await self._inbox.keep(self._entries, SOURCE))
            self._entries, self._bytes = [], 0
            self._on_progress(self._progress)
