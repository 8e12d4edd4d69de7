"""A wallet's history of trades, newest first."""

from collections.abc import Sequence
from itertools import islice

from litestar import get
from litestar.handlers import HTTPRouteHandler

from api.documented import problems
from api.encoding import Shown
from api.pagination import LIMIT_DEFAULT, Cursor, Pagination, paged
from api.parameters import CursorText, Limit, Page, PerPage, TokenFilter, Wallet
from api.ports import Malformed
from api.rest.wallets import seen
from api.trade_shown import TradeShown, show_trade
from domain.values import Mint, WalletAddress, mint_address, wallet_address
from projections.queries import TradeQuery, WalletQuery
from projections.views import TradeCursor, TradeView

_cursor = Cursor(TradeCursor)


class TradesShown(Shown, frozen=True):
    """One page; ``slot`` is that of the wallet's newest transaction seen."""

    trades: Sequence[TradeShown]
    pagination: Pagination
    slot: int


def trade_routes(wallets: WalletQuery, trades: TradeQuery) -> Sequence[HTTPRouteHandler]:
    """``GET /wallets/{address}/trades``."""

    @get(
        "/wallets/{address:str}/trades",
        tags=["Wallets"],
        summary="A wallet's trades, newest first",
        responses=problems(400, 404),
    )
    async def of_wallet(
        address: Wallet,
        cursor: CursorText = None,
        limit: Limit = LIMIT_DEFAULT,
        token: TokenFilter = None,
        page: Page = None,
        per_page: PerPage = None,
    ) -> TradesShown:
        wallet = wallet_address(address)
        mint = None if token is None else mint_address(token)
        profile = await seen(wallets, wallet)
        numbered = page is not None or per_page is not None
        if numbered and cursor is not None:
            raise Malformed("page", "give a page or a cursor, not both")
        skipped, shown = paged(page, per_page, limit) if numbered else (0, limit)
        found = await _from(trades, wallet, mint, cursor, skipped + shown + 1)
        part = list(islice(found, skipped, skipped + shown))
        more = len(found) > skipped + shown
        pagination = Pagination(
            limit=shown,
            has_more=more,
            next=_cursor.write(part[-1].cursor) if more else None,
            total=None if mint else profile.trade_count,
            page=(page or 1) if numbered else None,
            per_page=shown if numbered else None,
        )
        return TradesShown([shown_view(view) for view in part], pagination, profile.slot)

    return (of_wallet,)


async def _from(
    trades: TradeQuery, wallet: WalletAddress, mint: Mint | None, cursor: str | None, limit: int
) -> Sequence[TradeView]:
    before = _cursor.read(cursor)
    return await trades.trades(wallet=wallet, token=mint, before=before, limit=limit)


def shown_view(view: TradeView) -> TradeShown:
    """A trade of the view in the published form."""
    return show_trade(view.place, view.trade, view.finality, view.decoder)
