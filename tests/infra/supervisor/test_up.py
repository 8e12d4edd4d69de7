"""One process starts everything, keeps it up, and takes it down with itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.embedded.ports import free_port
from infra.instance import Instance, running_instance
from tests.support.processes import children, wait_until_gone
from tests.support.servers import ROOT

pytestmark = pytest.mark.servers

SMALL, BROKEN = "tests.support.small_role", "tests.support.broken_role"
READY_SECONDS_MAX = 60.0


@contextmanager
def up(
    folder: Path, *modules: str, port: int | None = None, urls: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    number = str(port or free_port())
    command = [sys.executable, "-m", "tests.support.up", str(folder / "data"), number, *modules]
    environ = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    environ.update(urls or {})
    with (
        (folder / "output").open("w") as output,
        subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=environ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def output(folder: Path) -> str:
    return (folder / "output").read_text()


def wait_for(folder: Path, text: str) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while text not in output(folder):
        assert time.monotonic() < deadline, output(folder)
        time.sleep(0.02)


def running(folder: Path) -> Instance:
    wait_for(folder, "CipherX runs")
    instance = running_instance(folder / "data")
    assert instance is not None
    return instance


def test_a_stop_drains_the_roles_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with up(tmp_path, SMALL) as process:
        instance = running(tmp_path)
        pids = children(process.pid)
        assert {"up", "postgres", "nats", "valkey", "small_role"} == {
            process.name for process in instance.processes
        }
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        wait_until_gone(pids)
    assert "drained" in output(tmp_path)
    assert running_instance(tmp_path / "data") is None
    assert not (tmp_path / "data" / "instance.json").exists()


def test_a_killed_role_is_started_again_and_seen(tmp_path: Path) -> None:
    with up(tmp_path, SMALL):
        before = {process.name: process for process in running(tmp_path).processes}
        pid = before["small_role"].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_for(tmp_path, "small_role: running again (restart 1)")
        after = {process.name: process for process in running(tmp_path).processes}
        assert after["small_role"].pid not in {None, pid}
        assert after["small_role"].restarts == 1
        assert after["small_role"].last_end == "killed by SIGKILL"


def test_killing_the_supervisor_leaves_no_child(tmp_path: Path) -> None:
    with up(tmp_path, SMALL) as process:
        running(tmp_path)
        pids = children(process.pid)
        assert len(pids) >= 4
        process.kill()
        wait_until_gone(pids)
    assert running_instance(tmp_path / "data") is None  # the file it left says nothing
    with up(tmp_path, SMALL):
        running(tmp_path)


def test_a_second_instance_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    (second / "data").symlink_to(tmp_path / "data")
    with up(tmp_path, SMALL) as first:
        running(tmp_path)
        with up(second, SMALL) as process:
            assert process.wait() == 3
        assert f"is in use by process {first.pid}" in output(second)


def test_two_instances_run_side_by_side(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "an other"]
    for folder in folders:
        folder.mkdir()
    with up(folders[0], SMALL), up(folders[1], SMALL):
        first, second = (running(folder) for folder in folders)
        assert first.database_url != second.database_url
        assert first.api != second.api


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with up(tmp_path, SMALL, port=port) as process:
            assert process.wait() == 3
    assert f"port {port} on 127.0.0.1 is taken by process {os.getpid()}" in output(tmp_path)
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_role_that_cannot_start_is_told_and_takes_the_rest_down(tmp_path: Path) -> None:
    with up(tmp_path, SMALL, BROKEN) as process:
        assert process.wait() == 3
    assert "RuntimeError: out of luck" in output(tmp_path)
    assert "broken_role ended while starting (exit code 1)" in output(tmp_path)
    assert "drained" in output(tmp_path)


def test_what_is_made_up_stays_the_same_over_starts(tmp_path: Path) -> None:
    secrets = set()
    for _ in range(2):
        with up(tmp_path, SMALL) as process:
            secrets.add(running(tmp_path).webhook_secret)
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0
    assert len(secrets) == 1
    for name in ("secrets.json", "credentials.json"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("variable", ["DATABASE_URL", "NATS_URL", "REDIS_URL"])
def test_a_server_that_is_not_there_is_named(tmp_path: Path, variable: str) -> None:
    scheme = {"DATABASE_URL": "postgresql", "NATS_URL": "nats", "REDIS_URL": "redis"}[variable]
    port = free_port()
    urls = {variable: f"{scheme}://u:hunter2@127.0.0.1:{port}/0"}
    with up(tmp_path, SMALL, urls=urls) as process:
        assert process.wait() == 3
    assert f"{variable}: nobody answers at 127.0.0.1:{port}" in output(tmp_path)
    assert "Traceback" not in output(tmp_path)
    assert "hunter2" not in output(tmp_path)
