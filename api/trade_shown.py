"""A trade as REST and the stream show it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from api.encoding import Shown, display, moment
from domain.chain.decoded import DecodedTrade, Leg, TokenAmount
from domain.trade import ChainPlace, Finality
from domain.values import Mint, Signature, WalletAddress


class Amount(Shown, frozen=True):
    """``amount`` base units of ``mint``, exactly."""

    mint: Mint
    amount: str
    decimals: int


class LegShown(Shown, frozen=True, rename={"token_in": "in", "token_out": "out"}):
    """One hop of a route."""

    venue: str
    pool: str | None
    token_in: Amount
    token_out: Amount


class TradeShown(Shown, frozen=True):
    """An exchange: the wallet gave ``amountIn`` of ``tokenIn`` and got ``amountOut`` of
    ``tokenOut``. ``exactIn`` and ``exactOut`` say the same in base units. ``finality`` is
    ``confirmed`` until no fork can drop it (``finalized``) or one did (``retracted``).
    """

    signature: Signature
    path: str
    wallet: WalletAddress
    signer: WalletAddress
    type: str
    side: str
    token_in: Mint
    token_out: Mint
    amount_in: Decimal
    amount_out: Decimal
    exact_in: Amount
    exact_out: Amount
    venue: str
    pool: str | None
    legs: Sequence[LegShown]
    via: str | None
    timestamp: datetime | None
    slot: int
    finality: Finality
    decoder: str | None


def show_trade(
    place: ChainPlace, trade: DecodedTrade, finality: Finality, decoder: str | None
) -> TradeShown:
    """The published form of a trade."""
    given, got = trade.token_in, trade.token_out
    return TradeShown(
        signature=place.signature,
        path=trade.path,
        wallet=trade.trader,
        signer=trade.signer,
        type="SWAP",
        side=trade.side,
        token_in=given.mint,
        token_out=got.mint,
        amount_in=display(given.amount, given.decimals),
        amount_out=display(got.amount, got.decimals),
        exact_in=_exact(given),
        exact_out=_exact(got),
        venue=trade.venue,
        pool=trade.pool,
        legs=[_leg(leg) for leg in trade.legs],
        via=trade.via,
        timestamp=moment(place.block_time),
        slot=place.slot,
        finality=finality,
        decoder=decoder,
    )


def _exact(token: TokenAmount) -> Amount:
    return Amount(token.mint, str(token.amount), token.decimals)


def _leg(leg: Leg) -> LegShown:
    return LegShown(leg.venue, leg.pool, _exact(leg.token_in), _exact(leg.token_out))
