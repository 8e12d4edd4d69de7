"""The servers the tests use are real and answer."""

import asyncpg
import nats
import pytest
import redis.asyncio

pytestmark = pytest.mark.servers


async def test_a_fresh_database_is_writable_and_ours_alone(fresh_database: str) -> None:
    connection = await asyncpg.connect(fresh_database)
    try:
        await connection.execute("CREATE TABLE mine (id int)")
        assert await connection.fetchval("SELECT count(*) FROM mine") == 0
    finally:
        await connection.close()


async def test_a_second_fresh_database_knows_nothing_of_the_first(fresh_database: str) -> None:
    connection = await asyncpg.connect(fresh_database)
    try:
        assert await connection.fetchval("SELECT to_regclass('mine')") is None
    finally:
        await connection.close()


async def test_a_stream_keeps_what_was_published(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    try:
        stream = client.jetstream()
        await stream.add_stream(name="shared-servers", subjects=["shared-servers.>"])
        acknowledged = await stream.publish("shared-servers.x", b"1")
        assert acknowledged.seq == 1
        await stream.delete_stream("shared-servers")
    finally:
        await client.close()


async def test_valkey_counts(redis_url: str) -> None:
    async with redis.asyncio.from_url(redis_url) as client:
        assert await client.incr("shared-servers:counter") == 1
        await client.delete("shared-servers:counter")
