"""One wallet: what it did and holds, as far as we have seen it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler

from api.documented import problems
from api.encoding import Exact, Shown, display, moment, sol
from api.parameters import Wallet
from api.rest.completeness import CompletenessBrief, CompletenessQuery, brief
from domain.errors import NotFound
from domain.values import SOL_DECIMALS, WalletAddress, wallet_address
from projections.queries import WalletQuery
from projections.views import WalletProfile

NOT_JUDGED: Final[Mapping[str, str]] = {
    "isWhale": "not judged yet: no model of this version classifies wallets",
    "riskScore": "not judged yet: no model of this version scores wallets",
}
"""Why a field is null: a guess would be taken for knowledge."""


class NeverSeen(NotFound):
    """A good address that no transaction of ours named."""

    def __init__(self, address: WalletAddress) -> None:
        super().__init__("wallet", address)
        self.args = (
            f"no transaction seen here names wallet {address}; track it to hear of its first",
        )


class WalletShown(Shown, frozen=True):
    """A wallet. ``balance`` is in SOL, for display; ``balanceExact`` is in lamports. Both are
    null when no transaction that we saw showed it. ``unknown`` says why other fields are null,
    ``completeness`` how far the counts can be relied on.
    """

    address: WalletAddress
    balance: Decimal | None
    balance_exact: Exact | None
    is_whale: bool | None
    risk_score: Decimal | None
    transaction_count: int
    failed_transaction_count: int
    trade_count: int
    first_seen: datetime | None
    last_activity: datetime | None
    tags: Sequence[str]
    unknown: Mapping[str, str]
    completeness: CompletenessBrief
    slot: int


def wallet_routes(
    wallets: WalletQuery, completeness: CompletenessQuery
) -> Sequence[HTTPRouteHandler]:
    """``GET /wallets/{address}``."""

    @get(
        "/wallets/{address:str}",
        tags=["Wallets"],
        summary="What a wallet did and has",
        responses=problems(400, 404),
    )
    async def wallet(address: Wallet) -> WalletShown:
        profile = await seen(wallets, wallet_address(address))
        return shown(profile, brief(await completeness.ledger(profile.address)))

    return (wallet,)


async def seen(wallets: WalletQuery, address: WalletAddress) -> WalletProfile:
    """The wallet's profile; raises NeverSeen."""
    profile = await wallets.profile(address)
    if profile is None:
        raise NeverSeen(address)
    return profile


def shown(profile: WalletProfile, completeness: CompletenessBrief) -> WalletShown:
    """The profile in the published form."""
    balance = profile.balance
    return WalletShown(
        address=profile.address,
        balance=None if balance is None else display(balance, SOL_DECIMALS),
        balance_exact=None if balance is None else sol(balance),
        is_whale=None,
        risk_score=None,
        transaction_count=profile.transaction_count,
        failed_transaction_count=profile.failed_count,
        trade_count=profile.trade_count,
        first_seen=moment(profile.first_seen),
        last_activity=moment(profile.last_activity),
        tags=(),
        unknown=NOT_JUDGED,
        completeness=completeness,
        slot=profile.slot,
    )
