"""What a wallet holds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler

from api.documented import problems
from api.encoding import Exact, Shown, display
from api.pagination import LIMIT_MAX, Cursor, Pagination
from api.parameters import CursorText, Limit, Wallet
from api.rest.wallets import seen
from domain.values import Mint, wallet_address
from projections.queries import WalletQuery
from projections.views import Holding

_cursor: Final = Cursor(str)


class PositionShown(Shown, frozen=True):
    """A holding over all token accounts that we saw; ``balance`` is in whole tokens, for
    display, ``exact`` in base units. ``slot`` is that of the newest transaction that changed it.
    """

    token: Mint
    balance: Decimal
    exact: Exact
    slot: int


class PositionsShown(Shown, frozen=True):
    """One page, ordered by mint."""

    positions: Sequence[PositionShown]
    pagination: Pagination
    slot: int


def position_routes(wallets: WalletQuery) -> Sequence[HTTPRouteHandler]:
    """``GET /wallets/{address}/positions``."""

    @get(
        "/wallets/{address:str}/positions",
        tags=["Wallets"],
        summary="What a wallet holds",
        responses=problems(400, 404),
    )
    async def positions(
        address: Wallet, cursor: CursorText = None, limit: Limit = LIMIT_MAX
    ) -> PositionsShown:
        wallet = wallet_address(address)
        after = _cursor.read(cursor)
        profile = await seen(wallets, wallet)
        held = await wallets.holdings(wallet)
        rest = [holding for holding in held if after is None or holding.mint > after]
        part, more = rest[:limit], len(rest) > limit
        following = _cursor.write(part[-1].mint) if more else None
        return PositionsShown(
            [_shown(holding) for holding in part],
            Pagination(limit, more, following, total=len(held)),
            profile.slot,
        )

    return (positions,)


def _shown(holding: Holding) -> PositionShown:
    return PositionShown(
        token=holding.mint,
        balance=display(holding.amount, holding.decimals),
        exact=Exact(str(holding.amount), holding.decimals),
        slot=holding.slot,
    )
