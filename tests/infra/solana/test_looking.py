"""Looks at a wallet's history, and the silent faults of nodes that they must not fall for."""

from collections.abc import Sequence

import asyncpg
import msgspec
import pytest

from domain.completeness import state_of
from domain.coverage.look import Coverage
from domain.values import Signature
from infra.postgres.coverage import PostgresCoverage
from infra.solana.received import Received
from infra.solana.reconciling import Reconciler
from tests.infra.solana.hopping import Hopping
from tests.infra.solana.watching import Watch

SETTLED = 400
"""Slots after which what happened before is final and older than the overlap."""


@pytest.fixture
async def watch(
    simulation: Hopping,
    reconciler: Reconciler,
    ledger: PostgresCoverage,
    pool: asyncpg.Pool,
) -> Watch:
    """The busiest wallet, looked at once, and a minute gone by since."""
    await simulation.hop(SETTLED)
    (wallet,) = simulation.payers(1)
    watch = Watch(simulation, reconciler, ledger, pool, [wallet])
    await watch.round()
    await simulation.hop(SETTLED)
    return watch


async def settle(watch: Watch) -> Coverage:
    """Behave, let time pass, look again."""
    await watch.simulation.behave()
    await watch.simulation.hop(SETTLED)
    await watch.round()
    assert await watch.false_claims() == []
    assert await watch.lacking() == set()
    return await watch.coverage()


def states(coverage: Coverage) -> Sequence[str]:
    """The states, oldest first."""
    return [one.state for one in coverage.ranges]


async def test_what_the_live_path_missed_is_found_fetched_and_told_as_backfilled(
    watch: Watch,
) -> None:
    done = await watch.round()
    assert done.missing > 0
    assert await watch.lacking() == set()
    coverage = await watch.coverage()
    assert coverage.reason is None
    assert states(coverage)[-1] == "backfilled"
    assert coverage.ranges[-1].evidence.missing > 0


async def test_a_claim_stays_a_minute_behind_and_holds(watch: Watch) -> None:
    done = await watch.round()
    coverage = await watch.coverage()
    assert coverage.through == done.tip - 150
    assert await watch.false_claims() == []


async def test_what_was_received_in_time_is_complete(watch: Watch) -> None:
    await watch.round()
    for _ in range(8):  # every 80 blocks, so that nothing is older than the overlap when found
        await watch.simulation.hop(80, 10)
        await watch.round()
    coverage = await watch.coverage()
    assert states(coverage)[-1] == "complete"
    last = coverage.ranges[-1]
    assert state_of(coverage.ranges, last.first, last.last) == "complete"
    assert await watch.lacking() == set()


async def test_looking_again_changes_nothing(watch: Watch) -> None:
    await watch.round()
    before = await watch.coverage()
    done = await watch.round()
    assert done.missing == 0
    after = await watch.coverage()
    assert [(r.first, r.last, r.state) for r in after.ranges] == [
        (r.first, r.last, r.state) for r in before.ranges
    ]


async def test_until_is_never_asked_for_because_a_node_may_not_know_it(watch: Watch) -> None:
    await watch.simulation.misbehave("unknown-until")
    await watch.round()
    struck = await watch.simulation.look("faults/struck")
    assert not [strike for strike in struck["struck"] if strike["kind"] == "unknown-until"]
    assert await watch.lacking() == set()


async def test_an_empty_page_is_not_the_start_of_time(watch: Watch) -> None:
    await watch.round()
    await watch.simulation.hop(SETTLED)
    before = (await watch.coverage()).through
    await watch.simulation.misbehave("empty-page")
    await watch.round()
    coverage = await watch.coverage()
    assert "lacks" in (coverage.reason or "")
    assert coverage.through == before
    assert states(coverage)[-1] == "unknown"
    after = await settle(watch)
    assert "unknown" not in states(after)


async def test_a_page_that_is_empty_once_is_asked_for_again(watch: Watch) -> None:
    await watch.simulation.misbehave("empty-page,times=1")
    await watch.round()
    assert (await watch.coverage()).reason is None
    assert await watch.lacking() == set()


async def test_order_inside_a_slot_does_not_matter(watch: Watch) -> None:
    await watch.simulation.misbehave("slot-disorder")
    for _ in range(5):
        await watch.simulation.hop(60, 10)
        await watch.round()
        assert await watch.false_claims() == []
        assert (await watch.coverage()).reason is None
    assert await watch.lacking() == set()


async def test_a_transaction_left_out_of_the_listing_shows_in_the_balance(watch: Watch) -> None:
    before = (await watch.coverage()).through
    await watch.simulation.misbehave("missing-history=40%")
    await watch.round()
    coverage = await watch.coverage()
    assert coverage.reason is not None
    assert coverage.through == before
    assert await watch.false_claims() == []
    after = await settle(watch)
    assert states(after)[-1] == "backfilled"


async def test_history_that_comes_late_is_waited_for(watch: Watch) -> None:
    await watch.simulation.misbehave("late-history=60%,amount=100")
    for _ in range(4):
        await watch.simulation.hop(50, 10)
        await watch.round()
        assert await watch.false_claims() == []
    await settle(watch)


async def test_listing_as_of_finalized_while_slots_are_newer_skips_nothing(watch: Watch) -> None:
    await watch.simulation.misbehave("commitment-skew")
    for _ in range(3):
        await watch.simulation.hop(40, 10)
        await watch.round()
        assert await watch.false_claims() == []
    assert (await settle(watch)).reason is None


async def test_a_lagging_node_is_not_taken_at_its_word(watch: Watch) -> None:
    await watch.simulation.misbehave("lag=50%,amount=60")
    for _ in range(6):
        await watch.simulation.hop(40, 10)
        await watch.round()
        assert await watch.false_claims() == []
    await settle(watch)


async def test_rate_limits_only_cost_time(watch: Watch) -> None:
    await watch.simulation.misbehave("rate-limit=50%,amount=0,service=rpc")
    await watch.round()
    assert await watch.lacking() == set()
    assert (await watch.coverage()).reason is None


async def test_an_outage_claims_nothing_and_loses_nothing(watch: Watch) -> None:
    before = (await watch.coverage()).through
    await watch.simulation.misbehave("outage=60%,service=rpc")
    for _ in range(3):
        try:
            await watch.round()
        except Exception as failure:
            assert "endpoint" in str(failure)
        assert await watch.false_claims() == []
    assert ((await watch.coverage()).through or 0) >= (before or 0)
    await settle(watch)


async def test_what_a_listing_shows_elsewhere_than_received_is_kept_beside_it(
    watch: Watch, received: Received, pool: asyncpg.Pool
) -> None:
    (signature, slot), *_ = sorted(
        watch.simulation.final[watch.wallets[0]].items(), key=lambda entry: -entry[1]
    )
    asked = {"encoding": "json", "maxSupportedTransactionVersion": 0}
    found = await watch.simulation.rpc("getTransaction", signature, asked)
    await received.keep([msgspec.json.encode(found | {"slot": slot - 1})])  # as on a lost fork
    await watch.round()
    places = await received.places([Signature(signature)])
    assert places == {signature: {slot - 1, slot}}
    assert (await watch.coverage()).reason is None
    assert await watch.lacking() == set()
