"""The roles, and how the supervisor starts one and hears that it is ready."""

import asyncio
import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from infra.supervisor.child import Program

PACKAGE: Final = "infra.roles"
REQUIRED: Final = ("project", "relay", "intake", "api")
OPTIONAL: Final = ("policies", "follow")
READY: Final = b"ready\n"
READY_SECONDS_MAX: Final = 60.0
"""Importing and connecting on a busy machine; longer means that something is missing."""
STOP_SECONDS_MAX: Final = 20.0


class Role(msgspec.Struct, frozen=True):
    """A name for people and the module whose ``run`` does the work."""

    name: str
    module: str


def known_roles(say_missing: list[str] | None = None) -> tuple[Role, ...]:
    """The roles this version has; names of required ones without a module go to the list."""
    found = []
    for name in (*REQUIRED, *OPTIONAL):
        if has_module(f"{PACKAGE}.{name}"):
            found.append(Role(name, f"{PACKAGE}.{name}"))
        elif name in REQUIRED and say_missing is not None:
            say_missing.append(name)
    return tuple(found)


def has_module(module: str) -> bool:
    """Whether ``module`` can be imported, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


class Announcement:
    """A pipe on which a child says that it is ready, and may say more."""

    def __init__(self) -> None:
        self._read_fd, self.write_fd = os.pipe()

    async def heard(self, bytes_max: int = 64 * 1024) -> bytes:
        """Everything the child wrote before it closed its end; empty when it just died."""
        os.close(self.write_fd)
        loop = asyncio.get_running_loop()
        content = b""
        try:
            while len(content) < bytes_max:
                readable: asyncio.Future[None] = loop.create_future()
                loop.add_reader(self._read_fd, readable.set_result, None)
                try:
                    await readable
                finally:
                    loop.remove_reader(self._read_fd)
                chunk = os.read(self._read_fd, bytes_max)
                if not chunk:
                    break
                content += chunk
        finally:
            os.close(self._read_fd)
        return content


class RoleLaunch:
    """One try at running a role."""

    def __init__(self, role: Role, environ: Mapping[str, str]) -> None:
        self._announcement = Announcement()
        self.program = python_program(
            role.name,
            ("infra.supervisor.role", role.name, role.module),
            environ,
            self._announcement,
        )

    async def until_ready(self, process: asyncio.subprocess.Process) -> None:
        """Return when the role called ``ready``."""
        async with asyncio.timeout(READY_SECONDS_MAX):
            if await self._announcement.heard() != READY:
                await process.wait()
                raise ConnectionError("it ended")


def python_program(
    name: str,
    module_and_arguments: tuple[str, ...],
    environ: Mapping[str, str],
    announcement: Announcement,
) -> Program:
    """Our own Python running a module of ours that takes ``--ready-fd``."""
    fd = announcement.write_fd
    return Program(
        name=name,
        command=python_command(*module_and_arguments, "--ready-fd", str(fd)),
        # One arena for all threads: idle roles keep tens of megabytes less.
        environ={**environ, "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "1"},
        folder=Path.cwd(),
        stop_seconds_max=STOP_SECONDS_MAX,
        keep_open=(fd,),
    )


def python_command(module: str, *arguments: str) -> tuple[str, ...]:
    """Our own Python running ``module``."""
    return (sys.executable, "-m", module, *arguments)
