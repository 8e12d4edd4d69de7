"""One leads, the others stand by."""

import asyncio
from uuid import uuid4

import pytest
from asyncpg import Connection

from infra.postgres.leadership import lead

pytestmark = pytest.mark.servers
LOCK = 42


class Role:
    """Work that says when it begins and goes on until its connection or the test ends it."""

    def __init__(self, database_url: str, name: str) -> None:
        self.leading = asyncio.Event()
        self.stop = asyncio.Event()
        self._database_url = database_url
        self._name = name

    async def run(self) -> None:
        await lead(self._database_url, self._name, LOCK, self._work, self.stop)

    async def _work(self, connection: Connection) -> None:
        self.leading.set()
        try:
            while not self.stop.is_set():
                await connection.execute("SELECT pg_sleep(0.01)")
        finally:
            self.leading.clear()


async def end(connection: Connection, role: str) -> None:
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
        f"cipherx {role}",
    )


async def until_refused(connection: Connection, role: str) -> None:
    """Return when the role has asked for the lock and been answered."""
    async with asyncio.timeout(30):
        while not await connection.fetchval(
            "SELECT true FROM pg_stat_activity WHERE application_name = $1 "
            "AND query LIKE '%pg_try_advisory_lock%' AND state = 'idle'",
            f"cipherx {role}",
        ):
            pass


async def test_nobody_leads_beside_the_leader(fresh_database: str, connection: Connection) -> None:
    mine, other = f"mine {uuid4().hex}", f"other {uuid4().hex}"
    first, second = Role(fresh_database, mine), Role(fresh_database, other)
    async with asyncio.TaskGroup() as group:
        group.create_task(first.run())
        await first.leading.wait()
        group.create_task(second.run())
        await until_refused(connection, other)
        assert not second.leading.is_set()
        assert first.leading.is_set()
        second.stop.set()
        first.stop.set()


async def test_a_standby_takes_over_when_the_leader_stops(fresh_database: str) -> None:
    first, second = Role(fresh_database, "first"), Role(fresh_database, "second")
    async with asyncio.TaskGroup() as group:
        group.create_task(first.run())
        await first.leading.wait()
        group.create_task(second.run())
        first.stop.set()
        await second.leading.wait()
        assert not first.leading.is_set()
        second.stop.set()


async def test_a_standby_takes_over_when_the_leader_loses_its_connection(
    fresh_database: str, connection: Connection
) -> None:
    mine, other = f"mine {uuid4().hex}", f"other {uuid4().hex}"
    first, second = Role(fresh_database, mine), Role(fresh_database, other)
    async with asyncio.TaskGroup() as group:
        group.create_task(first.run())
        await first.leading.wait()
        group.create_task(second.run())
        while not second.leading.is_set():
            await end(connection, mine)  # also each time it claims again
        first.stop.set()
        second.stop.set()


async def test_a_leader_that_lost_its_connection_leads_again(
    fresh_database: str, connection: Connection
) -> None:
    name = f"alone {uuid4().hex}"
    role = Role(fresh_database, name)
    async with asyncio.TaskGroup() as group:
        group.create_task(role.run())
        for _ in range(2):
            await role.leading.wait()
            await end(connection, name)
            while role.leading.is_set():
                await connection.execute("SELECT")
        await role.leading.wait()
        role.stop.set()


async def test_a_fault_in_the_work_is_no_lost_connection(fresh_database: str) -> None:
    async def broken(connection: Connection) -> None:
        raise KeyError("a fault of ours")

    with pytest.raises(KeyError):
        await lead(fresh_database, "broken", LOCK, broken, asyncio.Event())


async def test_a_standby_stops_when_told(fresh_database: str) -> None:
    leader, standby = Role(fresh_database, "leader"), Role(fresh_database, "standby")
    async with asyncio.TaskGroup() as group:
        group.create_task(leader.run())
        await leader.leading.wait()
        waiting = group.create_task(standby.run())
        await asyncio.sleep(0)
        standby.stop.set()
        await waiting
        assert leader.leading.is_set()
        leader.stop.set()
