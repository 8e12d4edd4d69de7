"""The market stays within what a market can do, however long it runs."""

from infra.simulation.world.chain import World
from infra.simulation.world.market.listing import ATTENTION_MAX
from infra.simulation.world.record import blocks


def test_attention_has_a_most_and_returns_to_what_is_usual() -> None:
    listing = World(1).economy.established[0]
    for _ in range(10_000):
        listing.attract(1.01)
    assert listing.attention == ATTENTION_MAX
    for _ in range(1_000):
        listing.fade(0.05)
    assert abs(listing.attention - listing.usual_attention) < 0.01


def test_pools_stay_near_what_their_tokens_are_worth() -> None:
    world = World(2)
    for _ in blocks(world, 6_000):
        pass
    economy = world.economy
    for listing in economy.established:
        assert 0.7 < listing.price() / listing.value < 1.4, listing.mint.name
    lamports_per_usdc = 1_000 / economy.outside.usd
    for pool in economy.dollar_pools[:4]:
        assert abs(pool.price() * lamports_per_usdc - 1) < 0.03
