"""The environment of a command: the shell's, a ``.env`` file, and what runs in the data dir."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.instance import Instance, running_instance
from infra.settings import FILE_SUFFIX, Settings, read_settings

DOT_ENV: Final = ".env"
DOT_ENV_BYTES_MAX: Final = 256 * 1024


def environment() -> dict[str, str]:
    """The shell's variables over those of ``./.env``, the only place that reads either."""
    try:
        with Path(DOT_ENV).open("rb") as file:
            text = file.read(DOT_ENV_BYTES_MAX).decode(errors="replace")
    except OSError:
        return dict(os.environ)
    return {**parse_dot_env(text), **os.environ}


def parse_dot_env(text: str) -> dict[str, str]:
    """``NAME=value`` lines; quotes around a value are dropped, ``#`` begins a comment line."""
    variables = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or name.startswith("#"):
            continue
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        variables[name.strip()] = value
    return variables


def command_settings(data_dir: Path | None = None) -> Settings:
    """Settings for a command beside a running instance, whose servers it uses.

    A URL that is set wins; without one, and with nothing running in the data directory,
    the field stays None.
    """
    environ = environment()
    settings = read_settings(environ, data_dir=data_dir)
    instance = running_instance(settings.data_dir)
    if instance is None:
        return settings
    return read_settings({**_of(instance, environ), **environ}, data_dir=data_dir)


def _of(instance: Instance, environ: Mapping[str, str]) -> dict[str, str]:
    """The addresses of ``instance`` that ``environ`` does not name itself."""
    urls = {
        "DATABASE_URL": instance.database_url,
        "NATS_URL": instance.nats_url,
        "REDIS_URL": instance.redis_url,
    }
    return {name: url for name, url in urls.items() if name + FILE_SUFFIX not in environ}
