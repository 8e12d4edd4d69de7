"""``cipherx rebuild``: a view built anew beside the old one, which it then replaces."""

import asyncio
import sys
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress

from infra.cli.environment import command_settings
from infra.cli.up import DataDir
from infra.projecting.comparison import Comparison
from infra.projecting.replays import PROBLEMS
from infra.projecting.replays import rebuild as rebuild_view
from infra.projecting.stores import opened
from infra.projecting.views import VIEWS, all_views
from infra.settings import Settings
from infra.supervisor.expected import CANNOT_START, WRONG_USAGE

NAMES: Final = ", ".join(VIEWS)


def rebuild(
    view: Annotated[
        str, Parameter(help=f"One of {', '.join(VIEWS)}; the version may be left out.")
    ],
    *,
    json: Annotated[bool, Parameter(help="The report as JSON.", negative="")] = False,
    data_dir: DataDir = None,
) -> int:
    """Build a view again from the log, say how the old one differed, and switch over.

    Readers see the old view until the new one takes its place at once. Events that were
    parked are tried again. Nothing is sent to anybody.
    """
    name = view_name(view)
    if name is None:
        print(f"cipherx: no view {view!r}; there are {NAMES}", file=sys.stderr)
        return WRONG_USAGE
    try:
        report = asyncio.run(rebuilt(command_settings(data_dir), name))
    except PROBLEMS as problem:
        print(f"cipherx: {problem}", file=sys.stderr)
        return CANNOT_START
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    else:
        _show(report)
    return 0


async def rebuilt(settings: Settings, name: str) -> Comparison:
    """Rebuild the view behind these settings, showing progress on stderr."""
    async with opened(settings, "cipherx rebuild") as stores:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(name, total=None)

            def show(position: int, aim: int) -> None:
                bar.update(task, completed=position, total=aim)

            return await rebuild_view(
                stores.pool, all_views(stores.pool, stores.client)[name], show
            )


def view_name(text: str) -> str | None:
    """The view that is meant: its name, or its name without the version."""
    meant = [name for name in VIEWS if text in (name, name.rpartition("-v")[0])]
    return meant[0] if meant else None


def _show(report: Comparison) -> None:
    print(f"{report.view}: rebuilt; the old one stood at position {report.checkpoint}")
    if report.equal:
        print(f"both had the same {report.values} values ({report.digest})")
    else:
        print(f"they differed ({report.digest}, now {report.replay_digest}):")
        for difference in report.differences:
            print(f"  {difference}")
