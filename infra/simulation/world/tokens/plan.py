"""What a creator intends with a token, from before its first block."""

from random import Random
from typing import Final

from msgspec import Struct

from infra.simulation.world.rates import POOL_RUG_PERCENT, PUMP_RUG_PERCENT
from infra.simulation.world.truth import RugKind

_POOL_RUGS: Final[tuple[RugKind, ...]] = (
    "liquidity-pulled",
    "liquidity-pulled",
    "liquidity-pulled",
    "mint-inflation",
    "freeze",
    "slow-dump",
)
_LATER_PERCENT: Final = 30
"""Rugs that were not planned but decided on when the money was there."""


class LaunchPlan(Struct, frozen=True):
    """``rug`` None is honest. ``decide_after`` 0 is planned from the start; both in slots.

    ``insiders`` buy in the launch block; ``appeal`` is the attention it begins with.
    """

    on_curve: bool
    token_2022: bool
    transfer_fee_bps: int
    permanent_delegate: bool
    keeps_mint_authority: bool
    keeps_freeze_authority: bool
    burns_liquidity: bool
    rug: RugKind | None
    decide_after: int
    execute_after: int
    insiders: int
    appeal: float


def draw(random: Random, *, on_curve: bool | None = None) -> LaunchPlan:
    """A plan as the market brings them: mostly curves, mostly bad, few of any appeal."""
    curve = random.randrange(100) < 80 if on_curve is None else on_curve
    rugs = random.randrange(100) < (PUMP_RUG_PERCENT if curve else POOL_RUG_PERCENT)
    rug: RugKind | None = None
    if rugs:
        rug = "slow-dump" if curve else random.choice(_POOL_RUGS)
    later = random.randrange(100) < _LATER_PERCENT
    execute = int(random.expovariate(1 / 900)) + 60
    token_2022 = not curve and rug not in ("mint-inflation",) and random.randrange(3) == 0
    return LaunchPlan(
        on_curve=curve,
        token_2022=token_2022,
        transfer_fee_bps=random.choice((0, 100, 300, 500)) if token_2022 else 0,
        permanent_delegate=token_2022 and random.randrange(4) == 0,
        keeps_mint_authority=rug == "mint-inflation" or (not curve and random.randrange(5) == 0),
        keeps_freeze_authority=rug == "freeze" or (not curve and random.randrange(6) == 0),
        burns_liquidity=not curve and rug != "liquidity-pulled" and random.randrange(3) > 0,
        rug=rug,
        decide_after=execute // 2 if later and rugs else 0,
        execute_after=execute,
        insiders=min(int(random.paretovariate(1.1)) - 1, 8),
        appeal=min(random.paretovariate(0.9), 60.0),
    )
