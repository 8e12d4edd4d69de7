"""Token-2022 transfer fees: withheld in the receiving account, told by no ordinary instruction."""

from domain.chain.ledger import Ledger
from domain.chain.movement import Movement
from domain.chain.programs import TOKEN_2022


def infer(ledger: Ledger) -> None:
    """Give every movement the fee that the receiving account's balance falls short by.

    Several receipts into one account share the shortfall in proportion, rounded up as the program
    rounds, and the largest takes what rounding leaves.
    """
    received: dict[int, list[Movement]] = {}
    short: dict[int, int] = {}
    for movement in ledger.movements:
        if movement.native or movement.call.program != TOKEN_2022:
            continue
        if movement.target >= 0:
            short[movement.target] = short.get(movement.target, 0) + movement.amount
            if movement.source >= 0:
                received.setdefault(movement.target, []).append(movement)
        if movement.source >= 0:
            short[movement.source] = short.get(movement.source, 0) - movement.amount
    for target, movements in received.items():
        held = ledger.accounts.get(target)
        if held is not None and (held.before or held.after):
            _share(movements, held.before + short[target] - held.after)


def _share(movements: list[Movement], shortfall: int) -> None:
    total = sum(movement.amount for movement in movements)
    if not 0 < shortfall <= total:
        return
    left = shortfall
    for movement in movements:
        movement.fee = min(left, -(-movement.amount * shortfall // total))
        left -= movement.fee
