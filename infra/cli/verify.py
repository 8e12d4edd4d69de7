"""``cipherx verify``: the log is whole, and every view is what a replay of it gives."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from cyclopts import Parameter
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from infra.cli.environment import command_settings
from infra.cli.up import DataDir
from infra.projecting.comparison import Comparison
from infra.projecting.log_checks import LogCheck, check_log
from infra.projecting.replays import PROBLEMS, check
from infra.projecting.stores import opened
from infra.projecting.views import all_views
from infra.settings import Settings
from infra.supervisor.expected import CANNOT_START, FAILED


class Verdict(Struct, frozen=True):
    """All that was checked."""

    log: Sequence[LogCheck]
    views: Sequence[Comparison]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return all(one.holds for one in self.log) and all(view.equal for view in self.views)

    def for_programs(self) -> Mapping[str, object]:
        """All of it, with the judgements spelt out."""
        views = [msgspec.to_builtins(view) | {"equal": view.equal} for view in self.views]
        return {"sound": self.sound, "log": self.log, "views": views}


def verify(
    *,
    json: Annotated[bool, Parameter(help="As JSON, for programs.", negative="")] = False,
    data_dir: DataDir = None,
) -> int:
    """Check the whole log, and compare every view with a replay from the beginning.

    May run while everything else does. Exits 1 when something differs.
    """
    try:
        verdict = asyncio.run(verdict_on(command_settings(data_dir)))
    except PROBLEMS as problem:
        print(f"cipherx: {problem}", file=sys.stderr)
        return CANNOT_START
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(verdict.for_programs()) + b"\n")
    else:
        _show(verdict, Console())
    return 0 if verdict.sound else FAILED


async def verdict_on(settings: Settings) -> Verdict:
    """Check the log and the views behind these settings, showing progress on stderr."""
    console = Console(stderr=True)
    async with opened(settings, "cipherx verify") as stores:
        log = await check_log(stores.pool)
        views = []
        with Progress(console=console, transient=True) as bar:
            for view in all_views(stores.pool, stores.client).values():
                task = bar.add_task(view.name, total=None)

                def show(position: int, aim: int, task: TaskID = task) -> None:
                    bar.update(task, completed=position, total=aim)

                views.append(await check(stores.pool, view, show))
                bar.remove_task(task)
    return Verdict(log, views)


def _show(verdict: Verdict, console: Console) -> None:
    table = Table("", "", "", box=None, show_header=False)
    for one in verdict.log:
        table.add_row(_mark(one.holds), one.name, one.found)
    for view in verdict.views:
        found = f"position {view.checkpoint}, {view.values} values, {view.digest}"
        table.add_row(_mark(view.equal), f"{view.view} equals a replay", found)
    console.print(table)
    for view in verdict.views:
        for difference in view.differences:
            console.print(f"{view.view}: {difference}", style="red", highlight=False)


def _mark(good: bool) -> str:
    return "[green]ok[/]" if good else "[red]WRONG[/]"
