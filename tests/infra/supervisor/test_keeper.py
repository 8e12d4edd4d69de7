"""A program that cannot start is told after a few tries; one that dies is started again."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from infra.supervisor.child import Program
from infra.supervisor.errors import ServerDidNotStart
from infra.supervisor.keeper import FIRST_START_TRIES, Keeper


class PythonLaunch:
    """Runs a few lines of Python; ready when the file they write is there."""

    def __init__(self, folder: Path, code: str, stop_seconds_max: float = 5.0) -> None:
        self._folder = folder
        self.program = Program(
            name="python",
            command=(sys.executable, "-c", code),
            environ={},
            folder=folder,
            output=folder / "output",
            stop_seconds_max=stop_seconds_max,
        )

    async def until_ready(self, process: asyncio.subprocess.Process) -> None:
        while not (self._folder / f"ready-{process.pid}").exists():
            await asyncio.sleep(0.01)


READY = "import os, pathlib, signal, time; {}; pathlib.Path(f'ready-{{os.getpid()}}').touch(); {}"
LIVES = READY.format("pass", "time.sleep(600)")


def keeper(folder: Path, code: str, told: list[str], stop_seconds_max: float = 5.0) -> Keeper:
    return Keeper("some", lambda: PythonLaunch(folder, code, stop_seconds_max), told.append)


async def test_what_never_becomes_ready_is_tried_and_told_with_its_last_lines(
    tmp_path: Path,
) -> None:
    told: list[str] = []
    code = "print('no luck'); raise SystemExit(4)"
    with pytest.raises(ServerDidNotStart, match=r"exit code 4(.|\n)*no luck"):
        await keeper(tmp_path, code, told).start()
    assert len(told) == FIRST_START_TRIES - 1


async def test_a_program_that_cannot_be_executed_is_told(tmp_path: Path) -> None:
    launch = PythonLaunch(tmp_path, "")
    program = Program(
        name="none", command=(str(tmp_path / "none"),), environ={}, folder=tmp_path, output=None
    )
    launch.program = program
    with pytest.raises(ServerDidNotStart, match="cannot be executed"):
        await Keeper("some", lambda: launch, print).start()


async def test_one_that_dies_is_started_again_and_the_end_is_kept(tmp_path: Path) -> None:
    back = asyncio.Event()
    told: list[str] = []

    def say(text: str) -> None:
        told.append(text)
        if "running again" in text:
            back.set()

    kept = Keeper("some", lambda: PythonLaunch(tmp_path, LIVES), say)
    await kept.start()
    try:
        first = kept.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await asyncio.wait_for(back.wait(), 30)
        assert kept.pid not in {None, first}
        assert (kept.restarts, kept.last_end) == (1, "killed by SIGKILL")
    finally:
        await kept.stop()
    assert kept.pid is None


async def test_one_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    deaf = READY.format("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "time.sleep(600)")
    kept = keeper(tmp_path, deaf, [], stop_seconds_max=0.1)
    await kept.start()
    await kept.stop()
    assert kept.pid is None
