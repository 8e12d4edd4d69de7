"""The servers start together, come back when they die, and keep what they were given."""

import asyncio
import os
import signal
from contextlib import closing
from pathlib import Path

import asyncpg
import nats
import pytest
import redis.asyncio

from infra.embedded import EmbeddedServers, Need, ServerUrls
from infra.embedded.binaries import Binaries
from infra.embedded.data_dir import DataDir
from infra.supervisor.errors import BinaryMissing, ServerDidNotStart

pytestmark = pytest.mark.servers


async def write(urls: ServerUrls) -> None:
    """One thing into each server."""
    assert urls.database_url
    assert urls.nats_url
    assert urls.redis_url
    connection = await asyncpg.connect(urls.database_url)
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (answer int)")
    await connection.execute("INSERT INTO kept VALUES (1)")
    await connection.close()
    client = await nats.connect(urls.nats_url)
    await client.jetstream().add_stream(name="kept", subjects=["kept"])
    await client.jetstream().publish("kept", b"1")
    await client.close()
    async with redis.asyncio.from_url(urls.redis_url) as views:
        await views.incr("kept")


async def counts(urls: ServerUrls) -> tuple[int, int, int]:
    """How many things each server has."""
    assert urls.database_url
    assert urls.nats_url
    assert urls.redis_url
    connection = await asyncpg.connect(urls.database_url)
    rows = await connection.fetchval("SELECT count(*) FROM kept")
    await connection.close()
    client = await nats.connect(urls.nats_url)
    stream = await client.jetstream().stream_info("kept")
    await client.close()
    async with redis.asyncio.from_url(urls.redis_url) as views:
        return rows, stream.state.messages, int(await views.get("kept") or 0)


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    for round_ in (1, 2):
        with closing(DataDir.open(tmp_path / "da ta", print)) as data_dir:
            async with EmbeddedServers.start(data_dir) as servers:
                await write(servers.urls)
                assert await counts(servers.urls) == (round_, round_, round_)


async def test_a_killed_server_comes_back_at_its_old_address(tmp_path: Path) -> None:
    back = asyncio.Event()
    told: list[str] = []

    def say(text: str) -> None:
        told.append(text)
        if sum("running again" in line for line in told) == 3:
            back.set()

    with closing(DataDir.open(tmp_path, print)) as data_dir:
        async with EmbeddedServers.start(data_dir, say=say) as servers:
            before = servers.urls
            await write(before)
            for keeper in servers.keepers.values():
                assert keeper.pid is not None
                os.kill(keeper.pid, signal.SIGKILL)
            await asyncio.wait_for(back.wait(), 60)
            assert servers.urls == before
            rows, messages, _ = await counts(before)
            assert (rows, messages) == (1, 1)
            assert any("killed by SIGKILL" in line for line in told)


async def test_only_what_is_needed_is_started(tmp_path: Path) -> None:
    with closing(DataDir.open(tmp_path, print)) as data_dir:
        async with EmbeddedServers.start(data_dir, need={"redis"}) as servers:
            assert servers.urls.redis_url is not None
            assert servers.urls.database_url is None
            assert not (tmp_path / "postgres").exists()


async def test_strangers_are_refused(tmp_path: Path) -> None:
    with closing(DataDir.open(tmp_path, print)) as data_dir:
        async with EmbeddedServers.start(data_dir) as servers:
            urls = servers.urls
            assert urls.database_url
            assert urls.redis_url
            wrong = urls.database_url.replace(":", ":x", 2).replace(":x", ":", 1)
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(wrong)
            async with redis.asyncio.from_url(urls.redis_url.replace("//:", "//:x")) as views:
                with pytest.raises(redis.exceptions.AuthenticationError):
                    await views.ping()
            private = {"credentials.json", "lock"}
            for name in private:
                assert (tmp_path / name).stat().st_mode & 0o077 == 0


async def test_a_missing_program_is_told_with_its_setting(tmp_path: Path) -> None:
    with closing(DataDir.open(tmp_path, print)) as data_dir:
        wrong = Binaries(nats_server=tmp_path / "no-such-program")
        with pytest.raises(BinaryMissing, match="CIPHERX_NATS_SERVER"):
            async with EmbeddedServers.start(data_dir, binaries=wrong):
                pass


async def test_a_server_that_cannot_start_stops_the_others(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho out of luck\nexit 3\n")
    broken.chmod(0o755)
    with (
        closing(DataDir.open(tmp_path / "data", print)) as data_dir,
        pytest.raises(ServerDidNotStart, match=r"exit code 3(.|\n)*out of luck"),
    ):
        needed: set[Need] = {"nats", "redis"}
        binaries = Binaries(nats_server=broken)
        async with EmbeddedServers.start(data_dir, need=needed, binaries=binaries):
            pass
    DataDir.open(tmp_path / "data", print).close()  # nobody holds it any more
