"""A build aside is unseen until it takes over, and leaves nothing behind."""

from redis.asyncio import Redis

from domain.values import GlobalPosition
from infra.redis.keyed_store import RedisKeyedStore
from projections.ports import Place

PLACE = Place("key", "field")
AT_5, AT_9 = GlobalPosition(5), GlobalPosition(9)


async def put(store: RedisKeyedStore, value: bytes, upto: GlobalPosition) -> None:
    assert await store.write(await store.read(()), {PLACE: value}, upto) == upto


async def names(client: Redis, prefix: str) -> set[str]:
    found = {name async for name in client.scan_iter(match=f"{prefix}*")}
    return {name.decode().removeprefix(prefix) for name in found}


async def test_readers_see_the_live_build_until_the_other_takes_over(
    client: Redis, prefix: str
) -> None:
    live = RedisKeyedStore(client, "view-v1", prefix=prefix)
    await put(live, b"old", AT_5)
    aside = await live.aside()
    await put(aside, b"new", AT_9)
    assert (await live.read((PLACE,))).values[PLACE] == b"old"
    await aside.take_over()
    seen = await live.read((PLACE,))
    assert (seen.values[PLACE], seen.checkpoint) == (b"new", 9)
    assert await names(client, prefix) == {"{view-v1}", "{view-v1}:1:key"}


async def test_a_writer_that_saw_the_old_build_writes_into_neither(
    client: Redis, prefix: str
) -> None:
    live = RedisKeyedStore(client, "view-v1", prefix=prefix)
    await put(live, b"old", AT_5)
    seen = await live.read(())
    aside = await live.aside()
    await put(aside, b"new", AT_5)
    await aside.take_over()
    assert await live.write(seen, {PLACE: b"late"}, AT_9) == 5
    assert (await live.read((PLACE,))).values[PLACE] == b"new"


async def test_a_discarded_build_leaves_nothing(client: Redis, prefix: str) -> None:
    live = RedisKeyedStore(client, "view-v1", prefix=prefix)
    await put(live, b"old", AT_5)
    aside = await live.aside()
    await put(aside, b"new", AT_9)
    await aside.discard()
    assert await names(client, prefix) == {"{view-v1}", "{view-v1}:0:key"}


async def test_a_build_that_was_forgotten_is_deleted_by_the_next(
    client: Redis, prefix: str
) -> None:
    live = RedisKeyedStore(client, "view-v1", prefix=prefix)
    await put(await live.aside(), b"forgotten", AT_5)
    await live.aside()
    assert await names(client, prefix) == {"{view-v1}"}


async def test_a_lost_view_is_at_the_beginning_even_for_who_saw_a_later_build(
    client: Redis, prefix: str
) -> None:
    live = RedisKeyedStore(client, "view-v1", prefix=prefix)
    await live.reset()
    seen = await live.read(())
    await client.unlink(f"{prefix}{{view-v1}}")
    assert await live.write(seen, {PLACE: b"late"}, AT_5) == 0
    assert (await live.read((PLACE,))).values[PLACE] is None


async def test_scripts_are_sent_again_to_a_server_that_forgot_them(
    client: Redis, prefix: str
) -> None:
    live = RedisKeyedStore(client, "view-v1", prefix=prefix)
    await put(live, b"old", AT_5)
    await client.script_flush()
    await put(live, b"new", AT_9)
    assert (await live.read((PLACE,))).values[PLACE] == b"new"
