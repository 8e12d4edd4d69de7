"""What every pool can do: quote, and make the instruction that swaps."""

from typing import ClassVar

from msgspec import Struct

from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.instruction import Instruction

BASIS: int = 10_000


class Order(Struct, frozen=True):
    """One hop as a trader asks for it.

    ``expected_out`` is what the trader was quoted before transfer fees; less than that minus
    ``slippage_bps`` makes the hop fail. ``user`` signs and owns ``source`` and ``destination``.
    """

    user: LedgerAccount
    source: LedgerAccount
    destination: LedgerAccount
    mint_in: MintState
    amount_in: int
    expected_out: int
    slippage_bps: int

    @property
    def minimum_out(self) -> int:
        """The least the trader takes."""
        return self.expected_out * (BASIS - self.slippage_bps) // BASIS


class Pool:
    """A place where two tokens are exchanged."""

    venue: ClassVar[str]
    wraps_sol: ClassVar[bool] = True
    """Whether a trader hands over SOL as a wrapped token rather than as lamports."""

    def __init__(self, account: LedgerAccount, base: MintState, quote: MintState) -> None:
        self.account = account
        self.base = base
        self.quote_mint = quote
        self.slot_opened = 0
        self.closed = False

    def other(self, mint: MintState) -> MintState:
        """The token on the other side."""
        return self.quote_mint if mint is self.base else self.base

    def reserves(self) -> tuple[int, int]:
        """Base and quote the price follows from, in base units."""
        raise NotImplementedError

    def quote(self, mint_in: MintState, amount_in: int) -> int:
        """What the pool would pay for ``amount_in``, before transfer fees on what it pays."""
        raise NotImplementedError

    def swap(self, order: Order) -> Instruction:
        """The instruction that carries ``order`` out."""
        raise NotImplementedError

    def price(self) -> float:
        """Quote base units for one base unit of the token; for decisions, never for money."""
        base, quote = self.reserves()
        return quote / base if base else 0.0


def arriving(mint: MintState, amount: int) -> int:
    """What is left of ``amount`` after a Token-2022 transfer fee."""
    fee = mint.transfer_fee
    return amount if fee is None else amount - fee.of(amount)


def constant_product_out(amount_in: int, reserve_in: int, reserve_out: int) -> int:
    """x·y = k, rounded down, for an amount already without fees."""
    return amount_in * reserve_out // (reserve_in + amount_in)


def constant_product_in(amount_out: int, reserve_in: int, reserve_out: int) -> int:
    """What must go in for ``amount_out`` to come out, rounded up."""
    return -(-reserve_in * amount_out // (reserve_out - amount_out))
