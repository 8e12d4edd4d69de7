"""What changed owner outside trades, fees and pools, and which accounts were closed."""

from domain.chain.decoded import AccountClose, TokenAmount, Transfer
from domain.chain.ledger import Ledger
from domain.chain.movement import REFUND
from domain.values import BaseUnits, Lamports, Mint, WalletAddress


def tell(ledger: Ledger) -> tuple[Transfer, ...]:
    """Every movement without a role that changed owner; wrapping and unwrapping is none."""
    found = []
    for movement in ledger.movements:
        if movement.role or not movement.amount:
            continue
        giver = ledger.holder(movement.source) if movement.source >= 0 else None
        taker = ledger.holder(movement.target) if movement.target >= 0 else None
        if giver == taker:
            continue
        found.append(
            Transfer(
                movement.call.path,
                None if giver is None else WalletAddress(giver),
                None if taker is None else WalletAddress(taker),
                TokenAmount(
                    Mint(movement.mint),
                    BaseUnits(movement.amount),
                    ledger.decimals(movement.mint),
                ),
                BaseUnits(movement.fee),
            )
        )
    return tuple(found)


def closes(ledger: Ledger) -> tuple[AccountClose, ...]:
    """Every account closed, and who got its rent."""
    return tuple(
        AccountClose(
            rent.call.path,
            ledger.transaction.keys[rent.source],
            WalletAddress(ledger.transaction.keys[rent.target]),
            Lamports(rent.amount),
        )
        for rent in ledger.rents
        if rent.role == REFUND
    )
