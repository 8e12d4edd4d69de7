"""What every keyed store promises: one moment read, one step written, one checkpoint."""

from domain.values import GlobalPosition
from projections.ports import KeyedStore, Place

HERE, THERE, NOWHERE = Place("key", "here"), Place("key", "there"), Place("other", "nowhere")
AT_5, AT_9 = GlobalPosition(5), GlobalPosition(9)


async def filled(store: KeyedStore) -> None:
    seen = await store.read(())
    assert await store.write(seen, {HERE: b"\x00\xff", THERE: b""}, AT_5) == AT_5


async def listed(store: KeyedStore) -> set[Place]:
    return {place async for page in store.places() for place in page}


async def test_a_new_view_is_empty_and_at_the_beginning(keyed_store: KeyedStore) -> None:
    seen = await keyed_store.read((HERE,))
    assert (seen.checkpoint, seen.values) == (0, {HERE: None})


async def test_values_come_back_as_they_were_with_their_checkpoint(keyed_store: KeyedStore) -> None:
    await filled(keyed_store)
    seen = await keyed_store.read((NOWHERE, THERE, HERE))
    assert seen.values == {HERE: b"\x00\xff", THERE: b"", NOWHERE: None}
    assert seen.checkpoint == 5


async def test_a_value_is_replaced_or_taken_away(keyed_store: KeyedStore) -> None:
    await filled(keyed_store)
    seen = await keyed_store.read(())
    await keyed_store.write(seen, {HERE: None, THERE: b"new"}, AT_9)
    assert (await keyed_store.read((HERE, THERE))).values == {HERE: None, THERE: b"new"}
    assert await listed(keyed_store) == {THERE}


async def test_a_write_after_the_view_moved_on_changes_nothing(keyed_store: KeyedStore) -> None:
    stale = await keyed_store.read(())
    await filled(keyed_store)
    assert await keyed_store.write(stale, {HERE: b"stale"}, AT_9) == 5
    assert (await keyed_store.read((HERE,))).values == {HERE: b"\x00\xff"}


async def test_the_checkpoint_moves_without_values_too(keyed_store: KeyedStore) -> None:
    await filled(keyed_store)
    assert await keyed_store.write(await keyed_store.read(()), {}, AT_9) == 9
    assert (await keyed_store.read(())).checkpoint == 9


async def test_a_reset_view_is_as_new_and_refuses_who_saw_the_old(keyed_store: KeyedStore) -> None:
    await filled(keyed_store)
    stale = await keyed_store.read(())
    await keyed_store.reset()
    assert await listed(keyed_store) == set()
    assert await keyed_store.write(stale, {HERE: b"stale"}, AT_9) == 0
    assert (await keyed_store.read((HERE,))).values == {HERE: None}


async def test_thousands_of_values_go_in_one_step(keyed_store: KeyedStore) -> None:
    many = {Place(f"key-{n % 50}", str(n)): b"x" * (n % 200) for n in range(12_000)}
    await keyed_store.write(await keyed_store.read(()), many, AT_5)
    assert (await keyed_store.read(list(many))).values == many
    assert await listed(keyed_store) == set(many)
