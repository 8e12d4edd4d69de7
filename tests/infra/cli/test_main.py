"""The command line answers quickly, says what to do, and shows no traceback for what we expect."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.cli import COMMANDS
from tests.support.servers import ROOT


def cipherx(
    *arguments: str, cwd: Path = ROOT, **environ: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra.cli", *arguments],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "100", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command_and_the_exit_codes() -> None:
    told = cipherx("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name, _, _ in COMMANDS)
    assert "Exit codes" in told.stdout


def test_help_imports_nothing_that_takes_time() -> None:
    program = (
        "import sys\n"
        "from infra.cli import build\n"
        "build()(['--help'], result_action='return_value')\n"
        "heavy = {'asyncpg', 'nats', 'redis', 'litestar', 'aiohttp', 'structlog', 'asyncio'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def test_a_wrong_setting_is_told_before_anything_starts(tmp_path: Path) -> None:
    told = cipherx("up", "--data-dir", str(tmp_path / "d"), CIPHERX_PRT="1", DATABASE_URL="x://y")
    assert told.returncode == 2
    assert "did you mean CIPHERX_PORT?" in told.stderr
    assert "DATABASE_URL=x://y: must be a URL" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "d").exists()


def test_a_wrong_option_is_told_with_the_nearest_one() -> None:
    told = cipherx("up", "--prt", "1")
    assert told.returncode == 2
    assert "--port" in told.stderr


def test_a_replay_of_nothing_is_refused(tmp_path: Path) -> None:
    told = cipherx("up", "--replay", str(tmp_path / "none"), "--data-dir", str(tmp_path / "d"))
    assert told.returncode == 3
    assert "there is nothing at" in told.stderr


@pytest.mark.parametrize("role", ["intake", "relay"])
def test_a_role_without_its_server_says_which_variable_is_missing(role: str) -> None:
    told = cipherx(role)
    assert told.returncode == 2
    assert "DATABASE_URL is not set" in told.stderr
    assert "Traceback" not in told.stderr


def test_status_of_nothing_says_how_to_start(tmp_path: Path) -> None:
    told = cipherx("status", "--data-dir", str(tmp_path))
    assert told.returncode == 1
    assert "cipherx up" in told.stderr


def test_the_doctor_names_a_server_that_is_not_there(tmp_path: Path) -> None:
    told = cipherx(
        "doctor",
        "--data-dir",
        str(tmp_path),
        DATABASE_URL="postgresql://someone:hunter2hunter2@127.0.0.1:1/x",
        NATS_URL="nats://127.0.0.1:1",
    )
    assert told.returncode == 1
    assert "FAIL  Postgres" in told.stdout
    assert "FAIL  NATS" in told.stdout
    assert "hunter2hunter2" not in told.stdout + told.stderr
    assert "Traceback" not in told.stderr
