"""What is true of the simulated world and can never be seen on its chain."""

from typing import Literal

from msgspec import Struct

RugKind = Literal["liquidity-pulled", "mint-inflation", "freeze", "slow-dump"]


class TrueLeg(Struct, frozen=True, array_like=True, gc=False):
    """One pool of a trade."""

    venue: str
    pool: str
    mint_in: str
    amount_in: int
    mint_out: str
    amount_out: int
    withheld: int


class TrueTrade(Struct, frozen=True, array_like=True):
    """One exchange as the trader's accounts felt it: gave ``amount_in``, got ``amount_out``.

    ``fee_in`` is the part of ``amount_in`` that the venue took beside the price, ``fee_out``
    what it kept of the outcome, ``withheld`` a Token-2022 transfer fee on arrival.
    ``outer_index`` is the instruction it happened in.
    """

    signature: str
    slot: int
    outer_index: int
    trader: str
    mint_in: str
    amount_in: int
    mint_out: str
    amount_out: int
    fee_in: int
    fee_out: int
    withheld: int
    venue: str
    legs: tuple[TrueLeg, ...]


class TrueAgent(Struct, frozen=True):
    """One participant: its kind, every wallet it acts from, and its ``skill`` in percent.

    Skill 0 guesses; skill 100 always knows which way the drift points.
    """

    name: str
    kind: str
    wallets: tuple[str, ...]
    skill_percent: int = 0
    style: str = ""


class TrueToken(Struct, frozen=True):
    """What a token is: ``rug`` None is honest; slots are when it was decided and done."""

    mint: str
    creator: str
    launched_at: int
    rug: RugKind | None
    decided_at: int | None
    executed_at: int | None
    outcome: str


class TrueDrift(Struct, frozen=True):
    """The drift of a token's fundamental value from ``slot`` on, in parts per million a slot."""

    mint: str
    slot: int
    drift_ppm: int
    regime: str


class TrueResult(Struct, frozen=True):
    """What one wallet truly did in one mint, in base units and lamports.

    ``realised`` is by average cost, before fees; ``cost`` is what the part still held cost.
    """

    wallet: str
    mint: str
    bought: int
    sold: int
    spent: int
    received: int
    realised: int
    held: int
    cost: int


class Truth(Struct, frozen=True):
    """Everything there is to know; ``fees`` are lamports by wallet."""

    agents: tuple[TrueAgent, ...]
    tokens: tuple[TrueToken, ...]
    drifts: tuple[TrueDrift, ...]
    results: tuple[TrueResult, ...]
    fees: dict[str, int]
    trades: tuple[TrueTrade, ...]
