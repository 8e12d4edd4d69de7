"""What every store of API keys promises."""

from uuid import uuid4

from domain.values import GlobalPosition
from projections.api_keys import ApiKeyStore, KeyChange, KeyIssued, KeyRevoked, KeysRevoked
from projections.queries import ApiKeyQuery
from projections.views import KeyHolder

Both = tuple[ApiKeyStore, ApiKeyQuery]
START, AT_5, AT_9 = GlobalPosition(0), GlobalPosition(5), GlobalPosition(9)
OWNER, OTHER = uuid4(), uuid4()


async def test_a_key_is_found_with_its_account(api_keys: Both) -> None:
    store, query = api_keys
    assert await store.write([KeyIssued("one", OWNER)], after=START, upto=AT_5) == AT_5
    assert await query.holder("one") == KeyHolder("one", OWNER, revoked=False)
    assert await query.holder("two") is None
    assert await store.checkpoint() == 5


async def test_a_revoked_key_is_still_known(api_keys: Both) -> None:
    store, query = api_keys
    changes: list[KeyChange] = [
        KeyIssued("one", OWNER),
        KeyIssued("two", OWNER),
        KeyRevoked("one"),
    ]
    await store.write(changes, after=START, upto=AT_5)
    assert await query.holder("one") == KeyHolder("one", OWNER, revoked=True)
    assert await query.holder("two") == KeyHolder("two", OWNER, revoked=False)


async def test_all_keys_of_an_account_are_revoked_and_nobody_elses(api_keys: Both) -> None:
    store, query = api_keys
    issued = [KeyIssued("one", OWNER), KeyIssued("two", OWNER), KeyIssued("three", OTHER)]
    await store.write(issued, after=START, upto=AT_5)
    await store.write([KeysRevoked(OWNER)], after=AT_5, upto=AT_9)
    holders = [await query.holder(key_id) for key_id in ("one", "two", "three")]
    assert [holder.revoked for holder in holders if holder] == [True, True, False]


async def test_a_stale_write_changes_nothing(api_keys: Both) -> None:
    store, query = api_keys
    await store.write([KeyIssued("one", OWNER)], after=START, upto=AT_5)
    assert await store.write([KeyRevoked("one")], after=START, upto=AT_9) == 5
    assert await query.holder("one") == KeyHolder("one", OWNER, revoked=False)
    assert await store.write([], after=START, upto=AT_9) == 5


async def test_a_write_without_changes_moves_the_checkpoint(api_keys: Both) -> None:
    store, _ = api_keys
    assert await store.write([], after=START, upto=AT_5) == AT_5
    assert await store.checkpoint() == 5


async def test_a_reset_view_is_empty_and_at_the_beginning(api_keys: Both) -> None:
    store, query = api_keys
    await store.write([KeyIssued("one", OWNER)], after=START, upto=AT_5)
    await store.reset()
    assert (await store.checkpoint(), await query.holder("one")) == (0, None)
