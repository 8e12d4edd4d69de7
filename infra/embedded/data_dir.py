"""The data directory: ours alone while we run, of a format we know, and writable."""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import msgspec

from infra.supervisor.errors import DataDirUnusable

FORMAT: Final = 1
"""Raised when an older program could no longer read what a newer one writes."""
ORPHANS_WAIT_SECONDS: Final = 30.0
"""Servers of a killed instance stop within a second; Postgres may first write a checkpoint."""
_LOCK_POLL_SECONDS: Final = 0.05


class _Marker(msgspec.Struct, frozen=True):
    format: int


class DataDir:
    """A locked data directory.

    The servers inherit ``lock_fd``, so the lock outlives us until the last of them is
    gone: whoever comes next cannot open their files too early.
    """

    def __init__(self, path: Path, lock_fd: int) -> None:
        self.path, self.lock_fd = path, lock_fd

    @classmethod
    def open(cls, path: Path, say: Callable[[str], None]) -> Self:
        """Create it if need be, and lock it; raises DataDirUnusable with the reason."""
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock_fd = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _not_writable(path, error) from error
        try:
            _lock(path, lock_fd, say)
            _check_format(path)
            os.ftruncate(lock_fd, 0)
            os.pwrite(lock_fd, str(os.getpid()).encode(), 0)
        except OSError as error:
            os.close(lock_fd)
            raise _not_writable(path, error) from error
        except BaseException:
            os.close(lock_fd)
            raise
        return cls(path, lock_fd)

    def close(self) -> None:
        """Let the next one in, once the servers are gone too."""
        os.close(self.lock_fd)


def _lock(path: Path, lock_fd: int, say: Callable[[str], None]) -> None:
    """Take the lock, waiting only for servers whose supervisor is already gone."""
    deadline = time.monotonic() + ORPHANS_WAIT_SECONDS
    told = False
    while True:
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(lock_fd)
            if holder is None or _alive(holder) or time.monotonic() > deadline:
                who = f"process {holder}" if holder is not None else "another process"
                problem = f"the data directory {path} is in use by {who}"
                remedy = (
                    "Stop that instance, or give this one its own folder with --data-dir; "
                    "cipherx status shows what runs there."
                )
                raise DataDirUnusable(problem, remedy) from None
            if not told:
                say(f"waiting for the servers of process {holder}, which was killed, to stop")
                told = True
            time.sleep(_LOCK_POLL_SECONDS)
        else:
            return


def _holder(lock_fd: int) -> int | None:
    text = os.pread(lock_fd, 32, 0).decode(errors="replace").strip()
    return int(text) if text.isdigit() else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _check_format(path: Path) -> None:
    marker = path / "format.json"
    try:
        found = msgspec.json.decode(marker.read_bytes(), type=_Marker).format
    except FileNotFoundError:
        marker.write_bytes(msgspec.json.encode(_Marker(FORMAT)))
        return
    except msgspec.MsgspecError as error:
        remedy = 'Restore the folder from a backup; the file should hold {"format":1}.'
        raise DataDirUnusable(f"{marker} is damaged: {error}", remedy) from error
    if found > FORMAT:
        problem = f"the data directory {path} has format {found}, this version knows {FORMAT}"
        remedy = "Upgrade CipherX, or use another folder with --data-dir."
        raise DataDirUnusable(problem, remedy)


def _not_writable(path: Path, error: OSError) -> DataDirUnusable:
    reason = os.strerror(error.errno or errno.EIO).lower()
    problem = f"the data directory {path} is not writable: {reason}"
    return DataDirUnusable(problem, "Correct its permissions, or choose another with --data-dir.")
