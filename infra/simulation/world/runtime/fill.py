"""What a swap really moved, noted by the program that carried it out."""

from msgspec import Struct

from infra.simulation.world.runtime.account import LedgerAccount, MintState


class Fill(Struct, frozen=True, gc=False):
    """``amount_in`` left the trader and ``amount_out`` arrived; ``legs`` are a route's hops.

    ``fee_in`` is the part of ``amount_in`` that the venue took beside the price, ``fee_out``
    what it kept of the outcome; ``withheld`` is the token's own transfer fee on arrival.
    """

    trader: LedgerAccount
    venue: str
    pool: str
    mint_in: MintState
    amount_in: int
    mint_out: MintState
    amount_out: int
    fee_in: int = 0
    fee_out: int = 0
    withheld: int = 0
    outer_index: int = 0
    legs: tuple["Fill", ...] = ()
