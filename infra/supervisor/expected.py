"""Errors an operator can act on, told without a traceback and with what to do."""

import sys
from typing import Final

from infra.postgres.migrate import SchemaError
from infra.roles.needs import NotConfigured
from infra.settings import InvalidSetting
from infra.supervisor.errors import CannotStart

FAILED: Final = 1
WRONG_USAGE: Final = 2
CANNOT_START: Final = 3
SERVER_LIBRARIES: Final = {"asyncpg": "Postgres", "nats": "NATS", "redis": "Redis or Valkey"}


def tell(error: Exception) -> int:
    """Print what to do about ``error`` and return the exit code; raise it when it is ours."""
    told = explain(error)
    if told is None:
        raise error
    sys.stderr.write(told[0] + "\n")
    sys.stderr.flush()
    return told[1]


def explain(error: Exception) -> tuple[str, int] | None:
    """What to print and the exit code, or None for an error of our own."""
    match error:
        case InvalidSetting(problems=problems):
            lines = [f"cipherx: {problem}" for problem in problems]
            return "\n".join([*lines, ".env.example lists every setting."]), WRONG_USAGE
        case CannotStart(problem=problem, remedy=remedy):
            return f"cipherx: {problem}\n{remedy}".rstrip(), CANNOT_START
        case SchemaError():
            return f"cipherx: {error}", CANNOT_START
        case NotConfigured():
            return f"cipherx: {error}", WRONG_USAGE
        case ConnectionError() | TimeoutError():
            return _unreachable("a server", error), CANNOT_START
        case FileNotFoundError() | PermissionError() | IsADirectoryError():
            return f"cipherx: {error.filename}: {(error.strerror or '').lower()}", FAILED
    library = type(error).__module__.partition(".")[0]
    if library in SERVER_LIBRARIES:
        return _unreachable(SERVER_LIBRARIES[library], error), CANNOT_START
    return None


def _unreachable(what: str, error: Exception) -> str:
    said = str(error) or type(error).__name__
    return f"cipherx: {what} did not serve us: {said}\ncipherx doctor shows which one and why."
