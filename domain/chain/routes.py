"""Joins hops to routes: an aggregator's, a bot's or an order's hops are one trade of one trader."""

from collections.abc import Sequence

from domain.chain.hops import Hop
from domain.chain.ledger import Ledger
from domain.chain.movement import Movement
from domain.chain.transaction import Call
from domain.chain.venues.registry import BY_PROGRAM


class Route:
    """Hops that belong together, from ``mint_in`` to ``mint_out``, made for ``trader``.

    ``scope`` is the call all of them are inside of and ``within`` what it moved; ``between`` are
    those who swap for the trader, who keep nothing. ``inside`` are the positions of the calls that
    belong to hops, ``order`` the keeper's order program when there is one.
    """

    __slots__ = (
        "between",
        "hops",
        "inside",
        "mint_in",
        "mint_out",
        "order",
        "outer",
        "scope",
        "trader",
        "within",
        "wrapped",
    )

    def __init__(self, scope: Call, hops: list[Hop], mint_in: str, mint_out: str) -> None:
        self.scope = scope
        self.hops = hops
        self.mint_in = mint_in
        self.mint_out = mint_out
        self.trader = ""
        self.within: Sequence[Movement] = ()
        self.between: set[str] = set()
        self.inside: set[int] = set()
        self.order: str | None = None
        self.outer = scope.position
        self.wrapped = False


def join(ledger: Ledger, hops: list[Hop]) -> list[Route]:
    """The routes, in order, each with its trader."""
    routes: list[Route] = []
    start = 0
    while start < len(hops):
        outer = hops[start].call.outer
        end = start + 1
        while end < len(hops) and hops[end].call.outer == outer:
            end += 1
        routes += _in_instruction(ledger, hops[start:end])
        start = end
    for route in routes:
        _settle(ledger, route)
    return routes


def _in_instruction(ledger: Ledger, hops: list[Hop]) -> list[Route]:
    """The routes among the hops of one outer instruction."""
    scopes: dict[int, list[Hop]] = {}
    outermost = hops[0].call.position
    for hop in hops:
        scope = outermost = hop.call.position
        calls = ledger.transaction.calls
        while calls[outermost].depth > 1:
            outermost -= 1
            caller = calls[outermost]
            if caller.end > hop.call.position:
                scope = outermost
                venue = BY_PROGRAM.get(caller.program)
                if venue is not None and venue.kind == "router":
                    break
        scopes.setdefault(scope, []).append(hop)
    routes = []
    for position, inside in scopes.items():
        call = ledger.transaction.calls[position]
        venue = BY_PROGRAM.get(call.program)
        router = venue is not None and venue.kind == "router"
        chains = _chains(call, inside, router)
        for route in chains:
            if len(chains) > 1 and len(route.hops) == 1:
                route.scope = route.hops[0].call
            route.wrapped = venue is not None and venue.kind != "pool"
            while ledger.transaction.calls[route.outer].depth > 1:
                route.outer -= 1
        routes += chains
    return routes


def _chains(scope: Call, hops: list[Hop], router: bool) -> list[Route]:
    """One route where the hops lead from one token to one other; else as they follow each other."""
    if len(hops) == 1:
        return [Route(scope, hops, hops[0].mint_in, hops[0].mint_out)]
    spent = {hop.mint_in for hop in hops}
    got = {hop.mint_out for hop in hops}
    first, last = spent - got, got - spent
    one_swapper = len({hop.swapper for hop in hops}) == 1
    if len(first) == 1 and len(last) == 1 and (router or one_swapper or len(spent | got) > 2):
        return [Route(scope, hops, first.pop(), last.pop())]
    if router or (not first and not last and one_swapper):
        return [Route(scope, hops, hops[0].mint_in, hops[-1].mint_out)]
    routes: list[Route] = []
    for hop in hops:
        route = routes[-1] if routes else None
        if route is not None and hop.mint_in == route.mint_out != route.mint_in:
            route.hops.append(hop)
            route.mint_out = hop.mint_out
        else:
            routes.append(Route(scope, [hop], hop.mint_in, hop.mint_out))
    return routes


def _settle(ledger: Ledger, route: Route) -> None:
    """Find the trader, and what of the movements around the hops is the route's."""
    scope = route.scope
    swappers = {hop.swapper for hop in route.hops}
    for hop in route.hops:
        route.inside.update(range(hop.call.position, hop.call.end))
    keys = ledger.transaction.keys
    signers = keys[: ledger.transaction.signers]
    if ledger.aliases:  # a keeper fills somebody's order, across several instructions
        route.within = ledger.movements
        route.order = next(call.program for call, venue in ledger.venues if venue.order is not None)
        swappers.add(keys[0])
        candidates = [*ledger.aliases.values(), *signers]
    else:
        route.within = [
            movement
            for movement in ledger.movements
            if scope.position <= movement.call.position < scope.end
        ]
        candidates = [*signers, *sorted(swappers)]
    route.trader = _trader(ledger, route, swappers, candidates)
    route.between = swappers - {route.trader}


def _trader(ledger: Ledger, route: Route, swappers: set[str], candidates: Sequence[str]) -> str:
    """Who gave what goes in and got what comes out, over all that moved in the scope."""
    if len(swappers) == 1:
        (only,) = swappers
        if only in candidates[: ledger.transaction.signers] and not ledger.aliases:
            return only
    gave: dict[str, int] = {}
    got: dict[str, int] = {}
    for movement in route.within:
        giver = ledger.owners[movement.source] if movement.source >= 0 else ""
        taker = ledger.owners[movement.target] if movement.target >= 0 else ""
        if movement.mint == route.mint_in:
            gave[giver] = gave.get(giver, 0) + movement.amount
            gave[taker] = gave.get(taker, 0) - movement.amount
        if movement.mint == route.mint_out:
            got[taker] = got.get(taker, 0) + movement.amount
            got[giver] = got.get(giver, 0) - movement.amount
    if route.mint_in != route.mint_out:
        for candidate in candidates:
            if gave.get(candidate, 0) > 0 and got.get(candidate, 0) > 0:
                return candidate
    for candidate in candidates:
        if gave.get(candidate) or got.get(candidate):
            return candidate
    return route.hops[0].swapper
