"""Which webhook watches whom."""

from hypothesis import given
from hypothesis import strategies as st

from domain.coverage.fleet import Drift, Plan, Shard, drift, plan

addresses = st.frozensets(st.sampled_from("abcdefghijklmnop"), max_size=16)
shards = st.lists(st.tuples(addresses, st.booleans()), max_size=4).map(
    lambda found: [Shard(str(n), held, active) for n, (held, active) in enumerate(found)]
)


def carried_out(done: Plan, before: list[Shard]) -> list[Shard]:
    """What is registered after a plan was carried out."""
    after = [
        Shard(
            one.webhook_id,
            done.replace.get(one.webhook_id, one.addresses),
            one.active or one.webhook_id in done.enable,
        )
        for one in before
        if one.webhook_id not in done.delete
    ]
    return after + [Shard(f"new {n}", held, active=True) for n, held in enumerate(done.create)]


@given(addresses, shards, st.integers(1, 6))
def test_afterwards_every_wanted_address_is_heard_exactly_once(
    wanted: frozenset[str], registered: list[Shard], shard_max: int
) -> None:
    after = carried_out(plan(wanted, registered, shard_max), registered)
    assert drift(wanted, after) == Drift(0, 0, 0, 0)
    assert all(0 < len(one.addresses) <= shard_max for one in after)
    assert plan(wanted, after, shard_max).is_empty


@given(addresses, st.integers(3, 6))
def test_one_more_wallet_changes_one_webhook(wanted: frozenset[str], shard_max: int) -> None:
    before = carried_out(plan(wanted, [], shard_max), [])
    todo = plan(wanted | {"z"}, before, shard_max)
    assert len(todo.replace) + len(todo.create) == 1
    assert not todo.delete


def test_drift_counts_what_nobody_hears() -> None:
    off = Shard("1", frozenset("ab"), active=False)
    on = Shard("2", frozenset("bcx"), active=True)
    assert drift(frozenset("abcd"), [off, on]) == Drift(
        missing=2, surplus=1, twice=1, switched_off=1
    )
