"""Passwords of the embedded servers: random, made once, kept beside the data."""

import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

from infra.supervisor.errors import DataDirUnusable

PASSWORD_BYTES: Final = 24


class Credentials(msgspec.Struct, frozen=True):
    """One password per server; loopback is shared by everybody on the machine."""

    postgres: str
    nats: str
    valkey: str


def load_credentials(data_dir: Path) -> Credentials:
    """Read the passwords of ``data_dir``, or make them; raises DataDirUnusable when damaged."""
    path = data_dir / "credentials.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credentials)
    except FileNotFoundError:
        made = Credentials(*(secrets.token_urlsafe(PASSWORD_BYTES) for _ in range(3)))
        write_private(path, msgspec.json.encode(made))
        return made
    except msgspec.MsgspecError as error:
        remedy = "Restore it from a backup: the servers' data opens with these passwords alone."
        raise DataDirUnusable(f"{path} is damaged: {error}", remedy) from error


def write_private(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` as a whole, readable by us alone."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
