"""``cipherx up``: everything in one go."""

import signal
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from infra.cli.environment import environment
from infra.settings import read_settings
from infra.supervisor.child import end_with_parent
from infra.supervisor.errors import CannotStart
from infra.supervisor.up import default_plan, run_up

DataDir = Annotated[Path | None, Parameter(help="Folder of the servers' data (./data).")]


def up(
    *,
    port: Annotated[int | None, Parameter(help="Port of the API (8080, or a free one).")] = None,
    host: Annotated[str | None, Parameter(help="Address the API listens on.")] = None,
    data_dir: DataDir = None,
    replay: Annotated[
        Path | None, Parameter(help="Recorded transactions to feed in: a file or a folder.")
    ] = None,
    simulation: Annotated[
        bool, Parameter(help="Follow the simulated chain when no key is set.")
    ] = True,
    with_parent: Annotated[
        bool, Parameter(help="Stop when the program that started this one ends.", negative="")
    ] = False,
) -> int:
    """Start the servers that no URL names, bring the schema up to date, run every role.

    Prints the addresses and a login once all is ready. Ctrl-C or SIGTERM stops everything;
    the next start finds all data.
    """
    if with_parent:
        end_with_parent(signal.SIGTERM)
    environ = environment()
    settings = read_settings(environ, data_dir=data_dir, host=host, port=port)
    if replay is not None and not replay.exists():
        raise CannotStart(f"there is nothing at {replay}", "Give --replay a file or a folder.")
    return run_up(settings, environ, default_plan(replay, simulation=simulation))
