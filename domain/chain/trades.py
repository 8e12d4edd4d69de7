"""Tells each route as one trade: what its trader gave and got, and the legs it went through."""

from collections.abc import Iterable

from domain.chain.decoded import UNKNOWN_VENUE, DecodedTrade, Leg, Side, TokenAmount
from domain.chain.hops import Hop
from domain.chain.ledger import Ledger
from domain.chain.movement import TRADE, Movement
from domain.chain.routes import Route
from domain.chain.venues.registry import BY_PROGRAM
from domain.values import STABLE_COINS, WRAPPED_SOL, BaseUnits, Mint, WalletAddress


def tell(ledger: Ledger, routes: Iterable[Route]) -> list[DecodedTrade]:
    """The trades, in order; every movement that belongs to one is marked so."""
    trades = []
    for route in routes:
        trade = _trade(ledger, route)
        if trade is not None:
            trades.append(trade)
    return trades


def side(spent: str, got: str) -> Side:
    """Buy and sell are meant against money: SOL and stable coins."""
    money_in = spent == WRAPPED_SOL or spent in STABLE_COINS
    money_out = got == WRAPPED_SOL or got in STABLE_COINS
    if money_in == money_out:
        return "swap"
    return "buy" if money_in else "sell"


def _trade(ledger: Ledger, route: Route) -> DecodedTrade | None:
    part = [movement for movement in route.within if _belongs(ledger, route, movement)]
    spent, received = _spent_and_received(ledger, route, part)
    if spent <= 0 or received <= 0:
        return None
    for movement in part:
        movement.role = TRADE
    venue, via = _names(ledger, route)
    hops = route.hops
    return DecodedTrade(
        route.scope.path,
        WalletAddress(route.trader),
        WalletAddress(ledger.transaction.keys[0]),
        side(route.mint_in, route.mint_out),
        _amount(ledger, route.mint_in, spent),
        _amount(ledger, route.mint_out, received),
        venue,
        hops[0].pool if len(hops) == 1 else None,
        tuple(_leg(ledger, hop) for hop in hops),
        via,
        () if len(hops) == 1 else _leftovers(ledger, route, part),
    )


def _belongs(ledger: Ledger, route: Route, movement: Movement) -> bool:
    """Inside a hop, or to or from who swaps for the trader, or a fee in the tokens traded.

    SOL that leaves the trader beside the hops is a fee or a transfer of its own.
    """
    if movement.role or (movement.source < 0 and movement.target < 0):
        return False
    giver = ledger.owners[movement.source] if movement.source >= 0 else ""
    taker = ledger.owners[movement.target] if movement.target >= 0 else ""
    if giver == taker:
        return False
    if movement.call.position in route.inside:
        return True
    if giver in route.between or taker in route.between:
        return True
    return (
        route.wrapped
        and giver == route.trader
        and movement.mint != WRAPPED_SOL
        and movement.mint in (route.mint_in, route.mint_out)
    )


def _spent_and_received(ledger: Ledger, route: Route, part: list[Movement]) -> tuple[int, int]:
    spent = received = first = 0
    trader = route.trader
    for movement in part:
        if movement.mint == route.mint_in:
            if movement.source >= 0 and ledger.owners[movement.source] == trader:
                spent += movement.amount
                if not first:
                    first = spent
            elif movement.target >= 0 and ledger.owners[movement.target] == trader:
                spent -= movement.amount - movement.fee
        elif movement.mint == route.mint_out:
            if movement.target >= 0 and ledger.owners[movement.target] == trader:
                received += movement.amount - movement.fee
            elif movement.source >= 0 and ledger.owners[movement.source] == trader:
                received -= movement.amount
    if route.mint_in == route.mint_out:  # a loop: what went round, and what came back of it
        return first, first - spent
    return spent, received


def _leftovers(ledger: Ledger, route: Route, part: list[Movement]) -> tuple[TokenAmount, ...]:
    """What of the tokens in between stayed with the trader, or was added from their own."""
    kept: dict[str, int] = {}
    for movement in part:
        mint = movement.mint
        if mint == route.mint_in or mint == route.mint_out:
            continue
        if movement.target >= 0 and ledger.owners[movement.target] == route.trader:
            kept[mint] = kept.get(mint, 0) + movement.amount - movement.fee
        if movement.source >= 0 and ledger.owners[movement.source] == route.trader:
            kept[mint] = kept.get(mint, 0) - movement.amount
    return tuple(_amount(ledger, mint, amount) for mint, amount in kept.items() if amount)


def _names(ledger: Ledger, route: Route) -> tuple[str, str | None]:
    """The venue, and the bot or order program that called it, when there is one."""
    wrapper = BY_PROGRAM.get(route.scope.program)
    venues = {hop.venue for hop in route.hops}
    if wrapper is not None and wrapper.kind == "router":
        venue = wrapper.name
    else:
        venue = venues.pop() if len(venues) == 1 else UNKNOWN_VENUE
    outer = BY_PROGRAM.get(route.order or ledger.transaction.calls[route.outer].program)
    via = outer.name if outer is not None and outer.kind in ("bot", "orders", "router") else None
    return venue, None if via == venue else via


def _leg(ledger: Ledger, hop: Hop) -> Leg:
    return Leg(
        hop.venue,
        hop.pool,
        _amount(ledger, hop.mint_in, hop.amount_in),
        _amount(ledger, hop.mint_out, hop.amount_out),
    )


def _amount(ledger: Ledger, mint: str, amount: int) -> TokenAmount:
    return TokenAmount(Mint(mint), BaseUnits(amount), ledger.decimals(mint))
