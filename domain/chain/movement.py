"""One movement of lamports or tokens, and the roles the decoder gives it."""

from typing import Final

from msgspec import Struct

from domain.chain.transaction import Call

NOBODY: Final = -1
"""Stands for the mint itself when tokens appear, and for where burnt ones go."""
RENT: Final = "rent"
REFUND: Final = "refund"
TRADE: Final = "trade"
LIQUIDITY: Final = "liquidity"
TIP: Final = "tip"
PLATFORM: Final = "platform"
UNEXPLAINED: Final = "unexplained"
"""Lamports that appear or vanish: only doctored or local-validator records have any."""


class Movement(Struct, gc=False, eq=False):
    """``amount`` of ``mint`` from account ``source`` to ``target`` (key indexes) in ``call``.

    ``native`` means lamports; a transfer of wrapped SOL is not native though lamports move along.
    ``fee`` is what a Token-2022 transfer fee kept in the target, beyond its owner's reach.
    """

    call: Call
    mint: str
    amount: int
    source: int
    target: int
    authority: int
    native: bool = False
    fee: int = 0
    role: str = ""
