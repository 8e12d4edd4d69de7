"""Running one role: ``python -m infra.supervisor.role NAME MODULE``, as ``up`` does it."""

import argparse
import asyncio
import gc
import importlib
import os
import signal
from collections.abc import Callable
from typing import Final

import uvloop

from api.source import PROCESS_SOURCE
from infra.logs import configure_logs
from infra.settings import Settings, read_settings
from infra.supervisor.expected import tell
from infra.supervisor.roles import READY

DRAIN_SECONDS_MAX: Final = 18.0
"""Less than the supervisor waits before it kills."""
COLLECTION_THRESHOLDS: Final = (50_000, 20, 50)
"""A page of decoded events is some ten thousand containers that live and die together and form no
cycles; at Python's (700, 10, 10), looking at them again and again was a quarter of a replay."""


def run_role(name: str, module: str, settings: Settings, ready_fd: int | None = None) -> int:
    """Run ``module.run(settings, stop, ready)`` until SIGTERM or SIGINT; returns the exit code."""
    PROCESS_SOURCE.set(settings.source)
    configure_logs(settings.log_level, settings.log_format, name)
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    return uvloop.run(_run(module, settings, ready_fd))


async def _run(module: str, settings: Settings, ready_fd: int | None) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    role = importlib.import_module(module)
    working = asyncio.ensure_future(role.run(settings, stop, _announcer(ready_fd)))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        await asyncio.wait({working}, timeout=DRAIN_SECONDS_MAX)
    stopping.cancel()
    if not working.done():
        working.cancel()
        return 1
    working.result()  # an error rises here
    return 0 if stop.is_set() else 1  # a role ends only when told to


def _announcer(ready_fd: int | None) -> Callable[[], None]:
    told = ready_fd is None

    def ready() -> None:
        nonlocal told
        if not told and ready_fd is not None:
            told = True
            os.write(ready_fd, READY)
            os.close(ready_fd)

    return ready


def main() -> int:
    """Run the role the command line names, with settings from the environment."""
    parser = argparse.ArgumentParser(prog="python -m infra.supervisor.role")
    parser.add_argument("name")
    parser.add_argument("module")
    parser.add_argument("--ready-fd", type=int)
    given = parser.parse_args()
    try:
        return run_role(given.name, given.module, read_settings(os.environ), given.ready_fd)
    except Exception as error:
        return tell(error)


if __name__ == "__main__":
    raise SystemExit(main())
