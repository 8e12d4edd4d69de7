"""Buying here and selling there in one transaction, all or nothing."""

from infra.simulation.world.desk import Desk, Urgency
from infra.simulation.world.market.pool import Order, Pool, arriving
from infra.simulation.world.programs import associated
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.runtime.validator import Request


def round_trip(
    desk: Desk,
    wallet: LedgerAccount,
    cheap: Pool,
    dear: Pool,
    spend: int,
    urgency: Urgency,
    *,
    force: bool,
) -> Request | None:
    """Spend wrapped SOL in ``cheap``, get more of it back in ``dear``.

    ``force`` sends it even where the quotes promise a loss: the second swap then refuses and
    the attempt costs its fee, which is how most failed transactions of the real chain come.
    """
    sol, mint = cheap.quote_mint, cheap.base
    wrapped, held = desk.account(wallet, sol), desk.account(wallet, mint)
    if wrapped.mint is None or held.mint is None:
        opening = [
            associated.create(wallet, account, wallet, kept)
            for account, kept in ((wrapped, sol), (held, mint))
        ]
        return desk.request(wallet, opening, 60_000, urgency)
    if wrapped.amount < spend:
        return desk.wrap(wallet, spend * 20, urgency)
    bought = arriving(mint, cheap.quote(sol, spend))
    back = dear.quote(mint, bought)
    if not force and back <= spend + urgency.tip + 100_000:
        return None
    first = Order(wallet, wrapped, held, sol, spend, bought, 50)
    second = Order(wallet, held, wrapped, mint, bought, max(spend, back), 0)
    return desk.several(wallet, ((cheap, first), (dear, second)), urgency)
