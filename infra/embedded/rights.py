"""Whose rights the servers get: Postgres refuses root, so as root they run as somebody else."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Final

from infra.supervisor.child import OURSELVES, RunAs
from infra.supervisor.errors import CannotStart

NOBODY: Final = 65_534
PROBE_SECONDS_MAX: Final = 5.0


def choose_rights() -> RunAs:
    """Ourselves, unless we are root: then a user namespace, else the user ``nobody``.

    A namespace needs no user and no chmod, and its files stay root's. Raises CannotStart
    when root has neither.
    """
    if os.geteuid() != 0:
        return OURSELVES
    return user_namespace() or nobody()


def user_namespace() -> RunAs | None:
    """Rights of ``nobody`` inside a namespace, or None where the kernel does not allow it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    prefix = (unshare, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    try:
        probe = subprocess.run(  # noqa: S603 - a fixed command
            [*prefix, "true"], capture_output=True, timeout=PROBE_SECONDS_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return RunAs("user namespace", prefix=prefix) if probe.returncode == 0 else None


def nobody() -> RunAs:
    """The user ``nobody``; raises CannotStart where there is none."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        problem = (
            "Postgres refuses to run as root, and there is neither a user namespace nor nobody"
        )
        remedy = "Run as an ordinary user, or set DATABASE_URL to a Postgres of your own."
        raise CannotStart(problem, remedy) from None
    return RunAs("nobody", user_id=entry.pw_uid, group_id=entry.pw_gid)


def hand_over(folder: Path, run_as: RunAs) -> None:
    """Make ``folder`` and all in it belong to whoever will run there (root only)."""
    if os.geteuid() != 0:
        return
    owner = run_as.user_id or 0
    group = run_as.group_id or 0
    if run_as.user_id is not None:
        _require_reachable(folder, run_as)
    if folder.stat().st_uid == owner:
        return
    for parent, _, files in os.walk(folder):
        os.chown(parent, owner, group)
        for file in files:
            os.chown(Path(parent) / file, owner, group, follow_symlinks=False)


def _require_reachable(folder: Path, run_as: RunAs) -> None:
    """Our own data directory may be opened for passage; what lies above it is not ours."""
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    for parent in folder.parent.parents:
        if not parent.stat().st_mode & 0o001:
            problem = f"user {run_as.name}, who runs the servers for root, cannot enter {parent}"
            remedy = "Choose a folder it can reach with --data-dir, or run as an ordinary user."
            raise CannotStart(problem, remedy)
