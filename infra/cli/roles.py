"""One role in the foreground, for running the roles apart and several times."""

from pathlib import Path

from infra.cli.environment import environment
from infra.cli.up import DataDir
from infra.settings import read_settings
from infra.supervisor.role import run_role
from infra.supervisor.roles import PACKAGE


def api(*, port: int | None = None, host: str | None = None, data_dir: DataDir = None) -> int:
    """Answer REST, GraphQL, the stream and webhooks, until SIGTERM; then drain and exit 0."""
    return _run("api", data_dir, host, port)


def intake(*, data_dir: DataDir = None) -> int:
    """Decode received transactions into the log, until SIGTERM."""
    return _run("intake", data_dir)


def relay(*, data_dir: DataDir = None) -> int:
    """Publish the log to JetStream, until SIGTERM; a second one stands by."""
    return _run("relay", data_dir)


def project(*, data_dir: DataDir = None) -> int:
    """Keep the views up to date, until SIGTERM."""
    return _run("project", data_dir)


def policies(*, data_dir: DataDir = None) -> int:
    """Turn events into commands, until SIGTERM."""
    return _run("policies", data_dir)


def follow(*, data_dir: DataDir = None) -> int:
    """Follow the live chain, as far as SOLANA_RPC_URL and HELIUS_API_KEY name it, until SIGTERM."""
    return _run("follow", data_dir)


def _run(name: str, data_dir: Path | None, host: str | None = None, port: int | None = None) -> int:
    settings = read_settings(environment(), data_dir=data_dir, host=host, port=port)
    return run_role(name, f"{PACKAGE}.{name}", settings)
