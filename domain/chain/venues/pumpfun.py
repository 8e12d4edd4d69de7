"""Pump.fun bonding curve. Layout: pump-fun/pump-public-docs, idl/pump.json."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue, anchor, each, event

_TRADE: Final = event("TradeEvent")


def _paid(data: bytes) -> int:
    """What a TradeEvent says the seller got: the curve's lamports less both fees.

    mint 32, sol 8, tokens 8, is_buy 1, user 32, time 8, four reserves of 8, fee recipient 32,
    fee bps 8, fee 8, creator 32, creator fee bps 8, creator fee 8; old events end before the fees.
    """
    if not data.startswith(_TRADE):
        return 0
    fields = data[len(_TRADE) :]

    def u64(at: int) -> int:
        return int.from_bytes(fields[at : at + 8], "little")

    return u64(32) - u64(161) - u64(209)


VENUE: Final = Venue(
    "pumpfun",
    ("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P",),
    instructions={
        **each(Instruction(pool=3, user=6), "buy", "buy_exact_sol_in"),
        **anchor(
            # The curve pays a seller straight out of its own lamports.
            sell=Instruction(pool=3, user=6, pays_direct=True, paid=_paid),
            create=Instruction("create_token", pool=2),
            create_v2=Instruction("create_token", pool=2),
            migrate=Instruction("migrate", pool=3),
            withdraw=Instruction("migrate", pool=3),
        ),
    },
    otherwise=Instruction("other"),
    pays_direct=True,
)
