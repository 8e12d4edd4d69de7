"""Feeding recorded transactions to a running instance: ``cipherx ingest`` as a child."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.supervisor import child
from infra.supervisor.child import Program
from infra.supervisor.console import Console
from infra.supervisor.roles import python_command

ENDS: Final = {0: "is done", 1: "is done, but for what the lines above name"}
"""What ``ingest`` means by its exit code."""


async def replay_in_child(path: Path, environ: Mapping[str, str], console: Console) -> None:
    """Ingest everything under ``path`` and say how it ended; the instance goes on either way."""
    program = Program(
        name="replay",
        command=python_command("infra.cli", "ingest", str(path)),
        environ=environ,
        folder=Path.cwd(),
    )
    process = await child.spawn(program)
    assert process.stdout is not None
    try:
        await console.relay(program.name, process.stdout)
        code = await process.wait()
    finally:
        await child.stop(process, program)
    console.say(f"the replay of {path} {ENDS.get(code, f'failed ({child.exit_text(code)})')}")
