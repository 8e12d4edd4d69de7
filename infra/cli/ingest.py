"""``cipherx ingest``: recorded transactions into a running instance."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from infra.cli.environment import command_settings
from infra.cli.up import DataDir
from infra.intake.replay import Progress, feed
from infra.postgres.inbox import PostgresInbox
from infra.postgres.pool import create_pool
from infra.recorded_files import Unreadable, files_in

REFUSED: Final = 1
"""Exit code when something could not be read; the rest is in."""
NOTHING_TO_DO: Final = 2
DECODED_POLL_SECONDS: Final = 0.1
STALLED_POLLS_MAX: Final = 200
"""20 s without a step: longer than a decoder takes to be replaced."""


def ingest(
    *paths: Annotated[Path, Parameter(help='Files, folders, or "-" for standard input.')],
    data_dir: DataDir = None,
    wait: Annotated[bool, Parameter(help="Return only when all of it is decoded.")] = True,
) -> int:
    """Feed recorded transactions: getTransaction and getBlock results, Helius entries, JSON
    lines, gzip. What was fed before is recognised by its signature and skipped.

    Exit code 1 when an entry or a file could not be read (the rest is in), 2 when there is
    nothing to feed or nobody to feed.
    """
    files = files_in(paths)
    missing = [file for file in files if str(file) != "-" and not file.exists()]
    if not files or missing:
        what = f"no such file: {missing[0]}" if missing else "no files: name a file or a folder"
        print(what, file=sys.stderr)
        return NOTHING_TO_DO
    settings = command_settings(data_dir)
    if settings.database_url is None:
        print(
            f"nothing runs in {settings.data_dir}: start it with `cipherx up`, "
            "name its folder with --data-dir, or set DATABASE_URL",
            file=sys.stderr,
        )
        return NOTHING_TO_DO
    return asyncio.run(_ingest(files, settings.database_url, wait=wait))


async def _ingest(files: Sequence[Path], database_url: str, *, wait: bool) -> int:
    console = Console(stderr=True)
    pool = await create_pool(database_url, application_name="cipherx ingest")
    inbox = PostgresInbox(pool)
    try:
        with Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}"),
            TimeRemainingColumn(),
            console=console,
        ) as bar:
            reading = bar.add_task("files", total=len(files), detail="")

            def show(progress: Progress) -> None:
                bar.update(reading, completed=progress.files, detail=_detail(progress))

            def complain(unreadable: Unreadable) -> None:
                console.print(f"{unreadable.name}: {unreadable.reason}", highlight=False)

            progress = await feed(files, inbox, on_progress=show, on_unreadable=complain)
            if wait and not await _decoded(inbox, bar):
                console.print(
                    "kept, but nobody is decoding: is `cipherx up` or `cipherx intake` running?"
                )
    finally:
        await pool.close()
    print(f"{progress.received} transactions: {_detail(progress)}")
    return REFUSED if progress.quarantined or progress.unreadable else 0


async def _decoded(inbox: PostgresInbox, bar: Bar) -> bool:
    """Follow the decoder past all that is in the inbox now; False when it makes no step."""
    head, first = await inbox.head(), await inbox.checkpoint()
    decoding = bar.add_task("decoded", total=max(head - first, 0), detail="")
    checkpoint, stalled = first, 0
    while checkpoint < head and stalled < STALLED_POLLS_MAX:
        await asyncio.sleep(DECODED_POLL_SECONDS)
        before, checkpoint = checkpoint, await inbox.checkpoint()
        stalled = stalled + 1 if checkpoint == before else 0
        bar.update(decoding, completed=min(checkpoint, head) - first)
    return checkpoint >= head


def _detail(progress: Progress) -> str:
    return (
        f"{progress.accepted} new, {progress.duplicate} known, "
        f"{progress.quarantined} quarantined"
        + (f", {progress.unreadable} files unreadable" if progress.unreadable else "")
    )
