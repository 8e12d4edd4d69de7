"""Keeping one program running: started again when it dies, visibly, later each time."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Final, Protocol

from infra.supervisor import child
from infra.supervisor.child import Program
from infra.supervisor.errors import ServerDidNotStart

FIRST_START_TRIES: Final = 3
"""A port may be taken between choosing and binding it; a third failure has another cause."""
BACKOFF_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits before each restart in a row; the last one repeats."""
HEALTHY_SECONDS: Final = 30.0
"""Running this long makes the next restart the first again."""
TAIL_LINES: Final = 12


class Launch(Protocol):
    """One try at running something: a program, and how to know that it is ready."""

    @property
    def program(self) -> Program:
        """What to run."""

    async def until_ready(self, process: asyncio.subprocess.Process) -> None:
        """Return once the program does its work; raises TimeoutError when it takes too long."""


class Keeper:
    """Runs what ``launch`` makes until ``stop``, starting it anew whenever it ends.

    ``launch`` is called for each try, so it may choose another port on the first start.
    """

    def __init__(
        self,
        name: str,
        launch: Callable[[], Launch],
        say: Callable[[str], None],
        *,
        read_output: Callable[[str, asyncio.StreamReader], Coroutine[None, None, None]]
        | None = None,
    ) -> None:
        self.name = name
        self.restarts = 0
        self.last_end = ""
        self._launch, self._say, self._read_output = launch, say, read_output
        self._process: asyncio.subprocess.Process | None = None
        self._program: Program | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None  # held, or it would be collected
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process is not None and running else None

    async def start(self) -> None:
        """Run it and return when it is ready; raises ServerDidNotStart after three tries."""
        for attempt in range(1, FIRST_START_TRIES + 1):
            try:
                await self._run_once()
            except ServerDidNotStart as failure:
                if attempt == FIRST_START_TRIES:
                    raise
                self._say(f"{self.name}: {failure.problem}; trying again")
            else:
                break
        self._keeping = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def stop(self) -> None:
        """End it for good, by its own signal, then by force."""
        self._stopping = True
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
        await self._end()

    async def _keep(self) -> None:
        in_a_row = 0
        while not self._stopping:
            began = time.monotonic()
            if self._process is not None:
                code = await self._process.wait()
                self.last_end = child.exit_text(code)
            if time.monotonic() - began > HEALTHY_SECONDS:
                in_a_row = 0
            wait = BACKOFF_SECONDS[min(in_a_row, len(BACKOFF_SECONDS) - 1)]
            in_a_row += 1
            self.restarts += 1
            self._say(f"{self.name}: {self.last_end}; starting it again in {wait:g} s")
            await asyncio.sleep(wait)
            try:
                await self._run_once()
                self._say(f"{self.name}: running again (restart {self.restarts})")
            except ServerDidNotStart as failure:
                self._say(f"{self.name}: {failure}")

    async def _run_once(self) -> None:
        launch = self._launch()
        self._program = program = launch.program
        try:
            self._process = process = await child.spawn(program)
        except OSError as error:
            problem = f"{self.name} cannot be executed: {error}"
            raise ServerDidNotStart(problem, "The user it runs as must reach it.") from error
        if process.stdout is not None and self._read_output is not None:
            self._reading = asyncio.create_task(self._read_output(self.name, process.stdout))
        ready = asyncio.ensure_future(launch.until_ready(process))
        ended = asyncio.ensure_future(process.wait())
        try:
            await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ready.done() and ready.exception() is None and process.returncode is None:
                return
            if process.returncode is None:
                problem = f"did not answer: {ready.exception()!r}"
            else:
                problem = f"ended while starting ({child.exit_text(process.returncode)})"
            await self._end()
            raise ServerDidNotStart(f"{self.name} {problem}{_tail(program)}", _remedy(program))
        finally:
            for task in (ready, ended):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task

    async def _end(self) -> None:
        if self._process is not None and self._program is not None:
            await child.stop(self._process, self._program)


def _tail(program: Program) -> str:
    if program.output is None or not program.output.exists():
        return ""
    lines = program.output.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    return "".join(f"\n    {line}" for line in lines)


def _remedy(program: Program) -> str:
    return f"Its whole output is in {program.output}." if program.output is not None else ""
