"""Feeding recorded transactions to a running instance: ``cipherx ingest`` as a child."""

from collections.abc import Mapping
from pathlib import Path

from infra.supervisor import child
from infra.supervisor.child import Program
from infra.supervisor.console import Console
from infra.supervisor.roles import python_command


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
    how = "is done" if code == 0 else f"failed ({child.exit_text(code)})"
    console.say(f"the replay of {path} {how}")
