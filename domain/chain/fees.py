"""Splits what a transaction cost: network, priority, tip, platform or bot, and rent."""

from collections.abc import Iterable, Sequence
from typing import Final

from domain.chain.decoded import DecodedTrade, Fees, TokenAmount
from domain.chain.ledger import Ledger
from domain.chain.movement import PLATFORM, REFUND, RENT, TIP, Movement
from domain.chain.platforms import PLATFORM_OF
from domain.chain.programs import SIGNATURE_PROGRAMS
from domain.chain.routes import Route
from domain.chain.tips import TIP_PROVIDER
from domain.chain.transaction import ChainTransaction
from domain.values import WRAPPED_SOL, BaseUnits, Lamports, Mint

LAMPORTS_PER_SIGNATURE: Final = 5000
"""Since 2020 on mainnet; what a transaction pays beyond it is priority."""


def network(transaction: ChainTransaction) -> Fees:
    """The part everyone pays, failed or not."""
    signatures = transaction.signature_count
    if not SIGNATURE_PROGRAMS.isdisjoint(transaction.keys):
        signatures += sum(
            call.data[0]
            for call in transaction.calls
            if call.program in SIGNATURE_PROGRAMS and call.depth == 1 and call.data
        )
    base = min(transaction.fee, LAMPORTS_PER_SIGNATURE * signatures)
    return Fees(Lamports(base), Lamports(transaction.fee - base))


def split(ledger: Ledger, trades: Sequence[DecodedTrade], routes: Sequence[Route]) -> Fees:
    """All fees of a transaction that ran; marks the movements that are one."""
    base = network(ledger.transaction)
    tip = platform = 0
    provider = None
    withheld: dict[str, int] = {}
    taken: dict[str, int] = {}
    for movement in ledger.movements:
        if movement.fee:
            withheld[movement.mint] = withheld.get(movement.mint, 0) + movement.fee
        if movement.role or movement.target < 0:
            continue
        if movement.mint != WRAPPED_SOL:
            if trades and movement.source >= 0 and ledger.owners[movement.target] in PLATFORM_OF:
                movement.role = PLATFORM
                taken[movement.mint] = taken.get(movement.mint, 0) + movement.amount
            continue
        named = TIP_PROVIDER.get(ledger.transaction.keys[movement.target])
        if named is not None:
            movement.role, provider = TIP, named
            tip += movement.amount
        elif trades and _is_platforms(ledger, movement, routes):
            movement.role = PLATFORM
            platform += movement.amount
    return Fees(
        base.network,
        base.priority,
        Lamports(tip),
        Lamports(platform),
        Lamports(_sum(ledger.rents, RENT)),
        Lamports(_sum(ledger.rents, REFUND)),
        _tokens(ledger, withheld),
        provider,
        _tokens(ledger, taken),
    )


def _is_platforms(ledger: Ledger, movement: Movement, routes: Sequence[Route]) -> bool:
    """Paid to a known bot's or platform's wallet, or by the trader inside a wrapper's call."""
    taker = ledger.owners[movement.target]
    if taker in PLATFORM_OF:
        return True
    if movement.source < 0:
        return False
    giver = ledger.owners[movement.source]
    return giver != taker and any(
        route.wrapped
        and giver == route.trader
        and route.scope.position <= movement.call.position < route.scope.end
        for route in routes
    )


def _sum(rents: Iterable[Movement], role: str) -> int:
    return sum(rent.amount for rent in rents if rent.role == role)


def _tokens(ledger: Ledger, amounts: dict[str, int]) -> tuple[TokenAmount, ...]:
    return tuple(
        TokenAmount(Mint(mint), BaseUnits(amount), ledger.decimals(mint))
        for mint, amount in amounts.items()
    )
