"""Stories unfold on the chain as they are told."""

import pytest

from infra.simulation.world import scenarios
from infra.simulation.world.chain import World
from infra.simulation.world.transaction import SimulatedTransaction
from infra.simulation.world.truth import RugKind


def _run(world: World, slots: int) -> list[SimulatedTransaction]:
    return [tx for _ in range(slots) for tx in world.next_block().transactions]


@pytest.mark.parametrize("kind", ["liquidity-pulled", "mint-inflation", "freeze", "slow-dump"])
def test_a_rug_takes_the_money(kind: RugKind) -> None:
    world = World(1)
    story = scenarios.rug(world, kind, rug_in=100)
    _run(world, 200)
    truth = world.truth()
    token = next(t for t in truth.tokens if t.mint == story.mint)
    assert token.rug == kind
    assert token.executed_at is not None
    strangers = {t.trader for t in truth.trades if t.mint_out == story.mint} - {*story.wallets}
    assert strangers
    holders = [a for a in world.economy.ledger.mints[story.mint].accounts if a.frozen]
    assert bool(holders) == (kind == "freeze")


def test_a_sybil_ring_shares_its_funder_and_its_timing() -> None:
    world = World(2)
    story = scenarios.sybil_ring(world, size=6, buy_in=60)
    _run(world, 90)
    buys = {t.trader: t.slot for t in world.truth().trades if t.mint_out == story.mint}
    slots = [buys[wallet] for wallet in story.wallets]
    assert max(slots) - min(slots) <= 12
    agent = next(a for a in world.truth().agents if story.funder in a.wallets)
    assert {*story.wallets} <= {*agent.wallets}


def test_a_whale_accumulates_from_several_wallets() -> None:
    world = World(3)
    story = scenarios.whale_accumulating(world, wallets=3, every=4)
    _run(world, 120)
    trades = [t for t in world.truth().trades if t.trader in story.wallets]
    assert {t.trader for t in trades} == {*story.wallets}
    assert all(t.mint_out == story.mint for t in trades)


def test_an_honest_failure_is_no_rug() -> None:
    world = World(4)
    story = scenarios.honest_failure(world)
    _run(world, 60)
    token = next(t for t in world.truth().tokens if t.mint == story.mint)
    assert token.rug is None


def test_a_crash_takes_the_price_down() -> None:
    world = World(5)
    scenarios.crash(world)
    before = world.economy.outside.usd
    _run(world, 400)
    assert world.economy.outside.usd < before
