"""A data directory belongs to one instance, of a version that understands it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from infra.embedded.data_dir import DataDir
from infra.supervisor.errors import DataDirUnusable


def test_a_new_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "with a space" / "data"
    with closing(DataDir.open(path, print)):
        assert path.stat().st_mode & 0o077 == 0


def test_a_second_instance_is_refused_with_the_first_ones_pid(tmp_path: Path) -> None:
    first = DataDir.open(tmp_path, print)
    with closing(first), pytest.raises(DataDirUnusable, match=f"in use by process {os.getpid()}"):
        DataDir.open(tmp_path, print)
    DataDir.open(tmp_path, print).close()


def test_a_newer_format_is_refused_and_let_be(tmp_path: Path) -> None:
    marker = tmp_path / "format.json"
    marker.write_text('{"format":99}')
    with pytest.raises(DataDirUnusable, match="has format 99, this version knows 1"):
        DataDir.open(tmp_path, print)
    assert marker.read_text() == '{"format":99}'


def test_a_damaged_marker_is_told(tmp_path: Path) -> None:
    (tmp_path / "format.json").write_text("{")
    with pytest.raises(DataDirUnusable, match="damaged"):
        DataDir.open(tmp_path, print)


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("")
    with pytest.raises(DataDirUnusable, match="not writable"):
        DataDir.open(path, print)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_is_not_writable_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataDirUnusable, match="not writable: permission denied"):
        DataDir.open(tmp_path / "data", print)


@pytest.fixture
def orphan(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that holds the lock for one that was killed."""
    first = DataDir.open(tmp_path, print)
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    os.pwrite(first.lock_fd, f"{killed.pid:<10}".encode(), 0)
    server = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        pass_fds=(first.lock_fd,),
    )
    first.close()
    with server:
        yield server
        server.kill()


def test_the_next_instance_waits_for_the_servers_of_a_killed_one(
    tmp_path: Path, orphan: "subprocess.Popen[bytes]"
) -> None:
    told: list[str] = []

    def say(text: str) -> None:
        told.append(text)
        assert orphan.stdin is not None
        orphan.stdin.close()  # only now does the server go

    with closing(DataDir.open(tmp_path, say)):
        assert len(told) == 1
        assert "waiting for the servers" in told[0]
