"""``cipherx up`` with roles of the tests: ``python -m tests.support.up FOLDER PORT MODULE…``."""

import os
import sys
from pathlib import Path

from infra.settings import read_settings
from infra.supervisor.errors import CannotStart
from infra.supervisor.expected import tell
from infra.supervisor.roles import Role
from infra.supervisor.up import Plan, run_up


def main(folder: str, port: str, *modules: str) -> int:
    """Run until a signal; the exit code is the one ``cipherx up`` would have."""
    roles = tuple(Role(module.rpartition(".")[2], module) for module in modules)
    settings = read_settings(os.environ, data_dir=Path(folder), port=int(port))
    try:
        return run_up(settings, os.environ, Plan(roles))
    except CannotStart as error:
        return tell(error)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
