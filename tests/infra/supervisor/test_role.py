"""A role drains when told to, and says in its exit code whether it was told."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.supervisor.roles import READY
from tests.support.servers import ROOT


@contextmanager
def role(module: str, **environ: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The running role, and where it says that it is ready."""
    heard, told = os.pipe()
    command = [sys.executable, "-m", "infra.supervisor.role", "some", f"tests.support.{module}"]
    try:
        with subprocess.Popen(
            [*command, "--ready-fd", str(told)],
            cwd=ROOT,
            env=environ,
            pass_fds=(told,),
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            os.close(told)
            yield process, heard
            process.kill()
    finally:
        os.close(heard)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_the_exit_code_is_0(number: signal.Signals) -> None:
    with role("small_role", CIPHERX_LOG_FORMAT="json") as (process, heard):
        assert os.read(heard, 16) == READY
        process.send_signal(number)
        _, logged = process.communicate()
        assert process.returncode == 0
    lines = [json.loads(line) for line in logged.splitlines()]
    assert [line["event"] for line in lines] == ["working", "drained"]
    assert {line["role"] for line in lines} == {"some"}
    assert {"timestamp", "level", "logger"} <= set(lines[0])


def test_leaving_untold_is_a_failure() -> None:
    with role("leaving_role") as (process, heard):
        assert os.read(heard, 16) == READY
        assert process.wait() == 1


def test_a_role_that_fails_never_says_that_it_is_ready() -> None:
    with role("broken_role") as (process, heard):
        assert os.read(heard, 16) == b""
        assert process.wait() == 1


def test_a_wrong_setting_is_told_without_a_traceback() -> None:
    with role("small_role", LOG_LEVEL="loud") as (process, _):
        _, told = process.communicate()
        assert process.returncode == 2
        assert "LOG_LEVEL=loud: must be one of" in told
        assert "Traceback" not in told
