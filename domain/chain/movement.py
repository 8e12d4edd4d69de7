"""One movement of lamports or tokens, and the roles the decoder gives it."""

from typing import Final

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


class Movement:
    """``amount`` of ``mint`` from account ``source`` to ``target`` (key indexes) in ``call``.

    ``native`` means lamports; a transfer of wrapped SOL is not native though lamports move along.
    ``fee`` is what a Token-2022 transfer fee kept in the target, beyond its owner's reach.
    """

    __slots__ = ("amount", "authority", "call", "fee", "mint", "native", "role", "source", "target")

    def __init__(
        self,
        call: Call,
        mint: str,
        amount: int,
        source: int,
        target: int,
        authority: int,
        native: bool = False,
    ) -> None:
        self.call = call
        self.mint = mint
        self.amount = amount
        self.source = source
        self.target = target
        self.authority = authority
        self.native = native
        self.fee = 0
        self.role = ""
