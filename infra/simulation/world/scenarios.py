"""Stories that a test or a demonstration puts into a world in one line each.

Each returns who and what it is about, so that a test can say what CipherX should find. Call
them between two blocks; the story unfolds with the blocks that follow.
"""

from typing import Final

from msgspec import Struct

from infra.simulation.world.agents.base import Agent
from infra.simulation.world.agents.ring import SybilRing
from infra.simulation.world.agents.whale import Whale
from infra.simulation.world.chain import World
from infra.simulation.world.economy import Intent
from infra.simulation.world.market.outside import CRASH
from infra.simulation.world.rates import LAMPORTS_PER_SOL
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.tokens.plan import LaunchPlan
from infra.simulation.world.truth import RugKind

_APPEAL: Final = 25.0
"""Attention of a token in a story: enough that strangers buy it within seconds."""


class Story(Struct, frozen=True):
    """What a scenario is about: the token, the wallets of those behind it, their funder."""

    mint: str
    wallets: tuple[str, ...]
    funder: str | None = None


def rug(
    world: World,
    kind: RugKind = "liquidity-pulled",
    *,
    launch_in: int = 2,
    rug_in: int = 120,
    insiders: int = 2,
    stake_sol: int = 40,
) -> Story:
    """A token is launched in ``launch_in`` slots and rugged ``rug_in`` slots after that."""
    ledger = world.economy.ledger
    creator = ledger.wallet((stake_sol + 5) * LAMPORTS_PER_SOL)
    hands = [ledger.wallet(3 * LAMPORTS_PER_SOL) for _ in range(insiders)]
    plan = LaunchPlan(
        on_curve=kind == "slow-dump",
        token_2022=False,
        transfer_fee_bps=0,
        permanent_delegate=False,
        keeps_mint_authority=kind == "mint-inflation",
        keeps_freeze_authority=kind == "freeze",
        burns_liquidity=False,
        rug=kind,
        decide_after=0,
        execute_after=rug_in,
        insiders=insiders,
        appeal=_APPEAL,
    )
    return _launched(world, creator, hands, plan, launch_in, stake_sol)


def honest_failure(world: World, *, launch_in: int = 2, stake_sol: int = 10) -> Story:
    """A token nobody wants for long; its creator does nothing wrong."""
    creator = world.economy.ledger.wallet((stake_sol + 5) * LAMPORTS_PER_SOL)
    plan = LaunchPlan(
        on_curve=False,
        token_2022=False,
        transfer_fee_bps=0,
        permanent_delegate=False,
        keeps_mint_authority=False,
        keeps_freeze_authority=False,
        burns_liquidity=True,
        rug=None,
        decide_after=0,
        execute_after=400,
        insiders=0,
        appeal=2.0,
    )
    return _launched(world, creator, [], plan, launch_in, stake_sol)


def sybil_ring(world: World, *, size: int = 12, buy_in: int = 60) -> Story:
    """``size`` wallets with one funder buy the same new token within eight slots."""
    economy = world.economy
    ring = SybilRing(economy, world.population.desk, _name(world, "ring"), size)
    world.population.agents.append(ring)
    ring.fund()
    creator = economy.ledger.wallet(20 * LAMPORTS_PER_SOL)
    plan = LaunchPlan(
        on_curve=True,
        token_2022=False,
        transfer_fee_bps=0,
        permanent_delegate=False,
        keeps_mint_authority=False,
        keeps_freeze_authority=False,
        burns_liquidity=False,
        rug=None,
        decide_after=0,
        execute_after=2_000,
        insiders=0,
        appeal=_APPEAL,
    )
    listing, intents = world.population.launches.begin(creator, [], plan, 2 * LAMPORTS_PER_SOL)
    economy.schedule(buy_in - 10, lambda: intents)
    ring.take_up(listing, buy_in)
    members = tuple(member.address for member in ring.members)
    return Story(listing.mint.address, members, ring.funder.address)


def whale_accumulating(world: World, *, wallets: int = 3, every: int = 6) -> Story:
    """One person buys an established token in slices, from several wallets."""
    economy, population = world.economy, world.population
    whale = Whale(
        economy,
        population.desk,
        population.paths,
        _name(world, "whale"),
        "accumulates",
        economy.established[0],
        wallets,
    )
    population.agents.append(whale)
    _repeat(world, whale, every)
    addresses = tuple(wallet.address for wallet in whale.wallets)
    return Story(whale.target.mint.address, addresses)


def crash(world: World) -> None:
    """SOL begins to fall, hard and now."""
    world.economy.outside.enter(CRASH)


def _launched(
    world: World,
    creator: LedgerAccount,
    hands: list[LedgerAccount],
    plan: LaunchPlan,
    launch_in: int,
    stake_sol: int,
) -> Story:
    stake = stake_sol * LAMPORTS_PER_SOL
    listing, intents = world.population.launches.begin(creator, hands, plan, stake)
    world.economy.schedule(launch_in, lambda: intents)
    behind = (creator, *hands)
    return Story(listing.mint.address, tuple(wallet.address for wallet in behind))


def _repeat(world: World, agent: Agent, every: int) -> None:
    def again() -> list[Intent]:
        world.economy.schedule(every, again)
        return agent.act()

    world.economy.schedule(every, again)


def _name(world: World, kind: str) -> str:
    return f"{kind}-story-{len(world.population.agents)}"
