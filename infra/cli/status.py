"""``cipherx status``: what runs in a data directory, for people and for scripts."""

import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from cyclopts import Parameter

from infra.cli.environment import environment
from infra.cli.up import DataDir
from infra.instance import Instance, running_instance
from infra.settings import read_settings
from infra.supervisor.expected import FAILED

HEALTH_SECONDS_MAX: Final = 3.0
HEALTH_BYTES_MAX: Final = 1024 * 1024
VARIABLES: Final = (
    ("CX_API_URL", "api"),
    ("CX_REST_URL", "rest"),
    ("CX_STREAM_URL", "stream"),
    ("CX_GRAPHQL_URL", "graphql"),
    ("CX_WEBHOOK_URL", "webhook"),
    ("CX_WEBHOOK_SECRET", "webhook_secret"),
    ("CX_EMAIL", "email"),
    ("CX_PASSWORD", "password"),
    ("CX_API_KEY", "api_key"),
    ("DATABASE_URL", "database_url"),
    ("NATS_URL", "nats_url"),
    ("REDIS_URL", "redis_url"),
)
"""Names for ``eval "$(cipherx status -o env)"``; CIPHERX_ is kept for settings."""


def status(
    *,
    output: Annotated[
        Literal["text", "env", "json"], Parameter(name=["--output", "-o"], help="Form.")
    ] = "text",
    json: Annotated[bool, Parameter(help="The same as -o json.", negative="")] = False,
    data_dir: DataDir = None,
) -> int:
    """Show addresses, credentials and health of the instance in the data directory.

    Exits 1 when none runs there. With -o env the output can be given to eval.
    """
    folder = read_settings(environment(), data_dir=data_dir).data_dir
    instance = running_instance(folder)
    if instance is None:
        print(_nothing(folder), file=sys.stderr)
        return FAILED
    if json or output == "json":
        health = _health(instance.health)
        shown = {**msgspec.to_builtins(instance), "readiness": health}
        print(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
    elif output == "env":
        print("\n".join(f"{name}={_quoted(getattr(instance, at))}" for name, at in VARIABLES))
    else:
        print(_text(instance))
    return 0


def _text(instance: Instance) -> str:
    shown = [(name, getattr(instance, at)) for name, at in VARIABLES]
    lines = [f"{name:<18} {value or '(none)'}" for name, value in shown]
    lines += ["", f"{'process':<10} {'pid':>8} {'restarts':>9}  last end"]
    for process in instance.processes:
        pid = process.pid or "-"
        lines.append(f"{process.name:<10} {pid:>8} {process.restarts:>9}  {process.last_end}")
    health = msgspec.json.format(msgspec.json.encode(_health(instance.health)), indent=2)
    return "\n".join([*lines, "", f"readiness {health.decode()}"])


def _nothing(folder: Path) -> str:
    return (
        f"cipherx: nothing runs in {folder}\n"
        "Start it with cipherx up, or name its folder with --data-dir."
    )


def _health(url: str) -> object:
    """What the API says of itself, or why it says nothing."""
    try:
        with urllib.request.urlopen(url, timeout=HEALTH_SECONDS_MAX) as answer:  # noqa: S310
            return msgspec.json.decode(answer.read(HEALTH_BYTES_MAX))
    except urllib.error.HTTPError as error:
        try:
            return msgspec.json.decode(error.read(HEALTH_BYTES_MAX))
        except msgspec.DecodeError:
            return {"error": str(error)}
    except (OSError, msgspec.DecodeError) as error:
        return {"error": str(error)}


def _quoted(value: str | None) -> str:
    """For a POSIX shell."""
    return "'" + (value or "").replace("'", "'\\''") + "'"
