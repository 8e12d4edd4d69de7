"""Fixtures for all: real servers, started when a test first asks for one."""

from collections.abc import AsyncIterator, Iterator

import pytest

from infra.embedded import ServerUrls
from tests.support.databases import fresh
from tests.support.servers import shared_servers


def pytest_addoption(parser: pytest.Parser) -> None:
    """Longer runs of the tests whose length is a choice."""
    group = parser.getgroup("cipherx")
    group.addoption("--crash-kills", type=int, default=6, help="processes to kill in tests/crash")
    group.addoption(
        "--ordering-events", type=int, default=20_000, help="events to write in tests/ordering"
    )
    group.addoption("--crash-seed", type=int, default=None, help="repeat a crash run")


@pytest.fixture(scope="session")
def server_urls(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[ServerUrls]:
    """Addresses of Postgres, NATS and Valkey, shared by all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = base if worker_id == "master" else base.parent
    with shared_servers(folder / "servers") as urls:
        yield urls


@pytest.fixture(scope="session")
def database_url(server_urls: ServerUrls) -> str:
    """A Postgres shared by the whole run; for a database of your own take ``fresh_database``."""
    assert server_urls.database_url is not None
    return server_urls.database_url


@pytest.fixture(scope="session")
def nats_url(server_urls: ServerUrls) -> str:
    """A NATS server shared by the whole run: give streams and subjects a name of their own."""
    assert server_urls.nats_url is not None
    return server_urls.nats_url


@pytest.fixture(scope="session")
def redis_url(server_urls: ServerUrls) -> str:
    """A Redis-protocol server shared by the whole run: give keys a prefix of their own."""
    assert server_urls.redis_url is not None
    return server_urls.redis_url


@pytest.fixture
async def fresh_database(database_url: str) -> AsyncIterator[str]:
    """The URL of a migrated, empty database for one test."""
    async with fresh(database_url) as url:
        yield url
