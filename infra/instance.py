"""What runs in a data directory, written by ``up`` and read by everything beside it."""

import fcntl
import os
from pathlib import Path
from typing import Final

import msgspec

from infra.embedded.credentials import write_private

FILE: Final = "instance.json"


class Process(msgspec.Struct, frozen=True, rename="camel"):
    """One process of the instance; ``pid`` is None between two lives."""

    name: str
    pid: int | None
    restarts: int = 0
    last_end: str = ""


class Instance(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Addresses, credentials and processes of one running CipherX."""

    pid: int
    started_at: str
    data_dir: str
    api: str
    """Base address without ``/v1``."""
    rest: str
    stream: str
    graphql: str
    openapi: str
    health: str
    metrics: str
    webhook: str
    webhook_secret: str
    database_url: str
    nats_url: str
    redis_url: str
    email: str | None = None
    password: str | None = None
    api_key: str | None = None
    processes: tuple[Process, ...] = ()


class Addresses(msgspec.Struct, frozen=True):
    """Where a listening API answers, for one base such as ``127.0.0.1:8080``."""

    authority: str

    def http(self, path: str = "") -> str:
        """Address of ``path`` over HTTP."""
        return f"http://{self.authority}{path}"

    def ws(self, path: str) -> str:
        """Address of ``path`` over WebSocket."""
        return f"ws://{self.authority}{path}"


def write_instance(instance: Instance) -> None:
    """Publish ``instance`` in its data directory, readable by its owner alone."""
    path = Path(instance.data_dir) / FILE
    write_private(path, msgspec.json.format(msgspec.json.encode(instance), indent=2) + b"\n")


def running_instance(data_dir: Path) -> Instance | None:
    """The instance that runs in ``data_dir`` now, or None."""
    if not _is_locked(data_dir):
        return None
    try:
        return msgspec.json.decode((data_dir / FILE).read_bytes(), type=Instance)
    except (OSError, msgspec.MsgspecError):
        return None  # starting or stopping just now


def forget_instance(data_dir: Path) -> None:
    """Take the file away when the instance stops."""
    (data_dir / FILE).unlink(missing_ok=True)


def _is_locked(data_dir: Path) -> bool:
    """Whether someone holds the data directory; a file left by a killed one says nothing."""
    try:
        descriptor = os.open(data_dir / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
