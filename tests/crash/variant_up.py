"""``cipherx up`` with one role replaced by a known-bad variant of it."""

import argparse
import os
from pathlib import Path
from typing import Final

import msgspec

from infra.settings import read_settings
from infra.supervisor.roles import Role
from infra.supervisor.up import default_plan, run_up

REPLACES: Final = {"acknowledge_before_commit": "api", "checkpoint_before_effect": "project"}


def main() -> int:
    """Run until a signal; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.variant_up")
    parser.add_argument("variant", choices=sorted(REPLACES))
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--no-simulation", action="store_true")
    parser.add_argument("--port", type=int)
    given = parser.parse_args()
    bad = Role(REPLACES[given.variant], f"tests.crash.variants.{given.variant}")
    plan = default_plan(None, simulation=not given.no_simulation)
    roles = tuple(bad if role.name == bad.name else role for role in plan.roles)
    settings = read_settings(os.environ, data_dir=given.data_dir, host=None, port=given.port)
    return run_up(settings, os.environ, msgspec.structs.replace(plan, roles=roles))


if __name__ == "__main__":
    raise SystemExit(main())
