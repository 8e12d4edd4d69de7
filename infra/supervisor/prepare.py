"""What comes before the roles: the schema and the ready-made account.

A process of its own (``python -m infra.supervisor.prepare``), so that the supervisor, which
lives long, never imports what this takes.
"""

import argparse
import asyncio
import importlib
import inspect
import os
from collections.abc import Mapping
from typing import Final

import msgspec

from infra.settings import Settings, read_settings
from infra.supervisor import child
from infra.supervisor.console import Console
from infra.supervisor.errors import CannotStart
from infra.supervisor.expected import tell
from infra.supervisor.reachable import require_reachable
from infra.supervisor.roles import Announcement, has_module, python_program

PREPARE_SECONDS_MAX: Final = 300.0
"""A migration may rewrite a large table."""


class Prepared(msgspec.Struct, frozen=True):
    """The migrations applied now, and the ready-made login."""

    migrations: tuple[str, ...] = ()
    email: str | None = None
    password: str | None = None
    api_key: str | None = None


async def prepare_in_child(environ: Mapping[str, str], console: Console) -> Prepared:
    """Have a process of its own ``prepare``; raises CannotStart when it fails."""
    announcement = Announcement()
    program = python_program("prepare", ("infra.supervisor.prepare",), environ, announcement)
    process = await child.spawn(program)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PREPARE_SECONDS_MAX):
            async with asyncio.TaskGroup() as group:
                group.create_task(console.relay(program.name, process.stdout))
                said = group.create_task(announcement.heard())
            code = await process.wait()
    finally:
        await child.stop(process, program)
    if code != 0:
        problem = f"preparing the database failed ({child.exit_text(code)})"
        raise CannotStart(problem, "The lines above say why; cipherx doctor looks closer.")
    return msgspec.json.decode(said.result(), type=Prepared)


async def prepare(settings: Settings) -> Prepared:
    """Migrate the database of ``settings`` and make sure of the account to try things with."""
    await require_reachable(settings)
    applied: tuple[str, ...] = ()
    if settings.database_url is not None and has_module("infra.postgres.migrate"):
        migration = importlib.import_module("infra.postgres.migrate")
        applied = tuple(await migration.migrate(settings.database_url))
    if not has_module("infra.bootstrap"):
        return Prepared(applied)
    bootstrap = importlib.import_module("infra.bootstrap")
    ensured = bootstrap.ensure_demo_account(settings)
    account = await ensured if inspect.isawaitable(ensured) else ensured
    return Prepared(applied, account.email, account.password, account.api_key)


def main() -> int:
    """Prepare and write the outcome as JSON to the given file descriptor."""
    parser = argparse.ArgumentParser(prog="python -m infra.supervisor.prepare")
    parser.add_argument("--ready-fd", type=int, required=True)
    descriptor = parser.parse_args().ready_fd
    try:
        outcome = asyncio.run(prepare(read_settings(os.environ)))
    except Exception as error:
        return tell(error)
    os.write(descriptor, msgspec.json.encode(outcome))
    os.close(descriptor)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
