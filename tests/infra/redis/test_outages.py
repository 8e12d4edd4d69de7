"""An outage is told apart from a mistake: the one is waited out, the other parked."""

import pytest
import redis.exceptions as failures
from redis.asyncio import Redis

from infra.redis.connection import outages, redis_client
from infra.redis.keyed_store import RedisKeyedStore
from projections.ports import StoreUnavailable


async def test_a_server_that_is_not_there_is_an_outage() -> None:
    client = redis_client("redis://127.0.0.1:1/0")
    with pytest.raises(StoreUnavailable, match="redis"):
        await RedisKeyedStore(client, "view-v1").read(())
    await client.aclose()


@pytest.mark.parametrize(
    "said",
    [
        "OOM command not allowed when used memory > 'maxmemory'. script: on @user_script:5.",
        "MISCONF Valkey is configured to save snapshots, but it is unable to persist to disk.",
        "READONLY You can't write against a read only replica.",
    ],
)
def test_a_server_that_cannot_take_writes_now_is_an_outage(said: str) -> None:
    with pytest.raises(StoreUnavailable), outages():
        raise failures.ResponseError(said)


async def test_a_key_of_another_kind_is_a_mistake(client: Redis, prefix: str) -> None:
    await client.set(f"{prefix}{{view-v1}}", "not a hash")
    with pytest.raises(failures.ResponseError, match="WRONGTYPE"):
        await RedisKeyedStore(client, "view-v1", prefix=prefix).read(())
