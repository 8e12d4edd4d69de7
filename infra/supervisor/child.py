"""A program as a child that cannot outlive us: starting it, ending it."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

import msgspec

KILL_WAIT_SECONDS: Final = 5.0
"""SIGKILL needs no cooperation; longer means a process stuck in the kernel."""
OUTPUT_BYTES_MAX: Final = 8 * 1024 * 1024
"""An output file larger than this is set aside at the next start, one generation kept."""

_PR_SET_PDEATHSIG: Final = 1
_libc = ctypes.CDLL(None, use_errno=True)


class RunAs(msgspec.Struct, frozen=True):
    """Whose rights a program gets: ``prefix`` runs before it, ids are set when not None."""

    name: str
    prefix: tuple[str, ...] = ()
    user_id: int | None = None
    group_id: int | None = None


OURSELVES: Final = RunAs("ourselves")


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What to run and how it is told to end."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    folder: Path
    output: Path | None = None
    """File that gets what it writes; None: its lines are read from ``Process.stdout``."""
    run_as: RunAs = OURSELVES
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends it when we die without a word."""
    stop_seconds_max: float = 20.0
    keep_open: tuple[int, ...] = ()
    """File descriptors it inherits."""


async def spawn(program: Program) -> asyncio.subprocess.Process:
    """Start ``program``; raises OSError when it cannot be executed.

    Call it from the main thread: the kernel ties a child to the thread that forked it.
    """
    with contextlib.ExitStack() as files:
        output: int | IO[bytes] = asyncio.subprocess.PIPE
        if program.output is not None:
            output = files.enter_context(_output_file(program.output))
        return await asyncio.create_subprocess_exec(
            *program.run_as.prefix,
            *program.command,
            env=program.environ,
            cwd=program.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=program.keep_open,
            process_group=0,  # a terminal's Ctrl-C reaches us alone; we tell the children, in order
            user=program.run_as.user_id,
            group=program.run_as.group_id,
            extra_groups=[] if program.run_as.user_id is not None else None,
            preexec_fn=_tied_to_us(program.orphan_signal),
        )


async def stop(process: asyncio.subprocess.Process, program: Program) -> None:
    """Ask the program to end, and after ``stop_seconds_max`` make it."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(program.stop_signal)
    try:
        await asyncio.wait_for(process.wait(), program.stop_seconds_max)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.wait_for(process.wait(), KILL_WAIT_SECONDS)


def exit_text(returncode: int) -> str:
    """Say how a process ended, in words an operator knows."""
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"


def end_with_parent(orphan_signal: signal.Signals) -> bool:
    """Have the kernel send us ``orphan_signal`` when our parent ends; False where it cannot."""
    return bool(_libc.prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0) == 0)


def _tied_to_us(orphan_signal: signal.Signals) -> Callable[[], None]:
    """Make the function that runs in the child between fork and exec.

    It comes after setuid, which would clear the request, and looks whether the parent
    died before it was made.
    """
    parent = os.getpid()

    def tie() -> None:
        if not end_with_parent(orphan_signal) or os.getppid() != parent:
            os._exit(127)

    return tie


def _output_file(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > OUTPUT_BYTES_MAX:
            path.replace(path.with_suffix(path.suffix + ".1"))
    return path.open("ab")
