"""One token, as far as our trades tell."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler

from api.documented import problems
from api.encoding import Shown, moment, without_zeros
from api.parameters import Token
from domain.errors import NotFound
from domain.values import Mint, mint_address
from projections.queries import PriceQuery
from projections.views import TokenPrice

PRICE_DIGITS: Final = 18
"""Significant digits of a price; what doubles hold, and two more."""
NOT_KEPT: Final[Mapping[str, str]] = dict.fromkeys(
    (
        "symbol",
        "name",
        "priceChange24h",
        "volume24h",
        "marketCap",
        "holders",
        "liquidity",
        "whaleHoldings",
        "riskScore",
        "ath",
        "atl",
    ),
    "not kept by this version yet",
)


class TokenShown(Shown, frozen=True):
    """A token's last price, in ``quote`` (SOL or a stable coin) per token, exactly as traded in
    ``quoteAmount / amount`` base units. ``unknown`` says what else is not kept yet, and why.
    """

    address: Mint
    price: Decimal
    quote: Mint
    amount: str
    quote_amount: str
    decimals: int
    quote_decimals: int
    venue: str
    timestamp: datetime | None
    slot: int
    unknown: Mapping[str, str]


def token_routes(prices: PriceQuery) -> Sequence[HTTPRouteHandler]:
    """``GET /tokens/{address}``."""

    @get(
        "/tokens/{address:str}",
        tags=["Tokens"],
        summary="A token's last price",
        responses=problems(400, 404),
    )
    async def token(address: Token) -> TokenShown:
        mint = mint_address(address)
        (price,) = await prices.last_prices((mint,))
        if price is None:
            raise NotFound("trade that prices token", mint)
        return _shown(price)

    return (token,)


def per_token(amount: int, decimals: int, quote_amount: int, quote_decimals: int) -> Decimal:
    """Quote tokens per token, rounded to ``PRICE_DIGITS``."""
    exact = Decimal(quote_amount).scaleb(decimals - quote_decimals) / Decimal(amount)
    return without_zeros(round(exact, PRICE_DIGITS - 1 - exact.adjusted()))


def _shown(price: TokenPrice) -> TokenShown:
    return TokenShown(
        address=price.mint,
        price=per_token(price.amount, price.decimals, price.quote_amount, price.quote_decimals),
        quote=price.quote,
        amount=str(price.amount),
        quote_amount=str(price.quote_amount),
        decimals=price.decimals,
        quote_decimals=price.quote_decimals,
        venue=price.venue,
        timestamp=moment(price.block_time),
        slot=price.slot,
        unknown=NOT_KEPT,
    )
