"""The decoder's account of a transaction, entry by entry, so that anyone can check the sums."""

from typing import Final

from msgspec import Struct

from domain.chain import decoder, fees, reading
from domain.chain.ledger import Ledger
from domain.chain.movement import Movement
from domain.values import WRAPPED_SOL

NETWORK: Final = "network"
PRIORITY: Final = "priority"
TRANSFER: Final = "transfer"
WRAP: Final = "wrap"


class Posting(Struct, frozen=True, array_like=True):
    """``amount`` (below zero: taken) of ``mint``, None for lamports, on ``account``.

    ``owner`` is whose the account is; what an order's escrow holds is its maker's. ``kind`` says
    which part of the decoded transaction tells of it. Over all postings, every account's lamports
    and tokens add up to its balance after less its balance before.
    """

    account: str
    owner: str
    mint: str | None
    amount: int
    kind: str
    path: str


def postings(raw: bytes) -> tuple[Posting, ...]:
    """Every posting of one transaction; raises MalformedTransaction."""
    transaction = reading.read(raw)
    payer = transaction.keys[0]
    base = fees.network(transaction)
    found = [
        Posting(payer, payer, None, -lamports, kind, "")
        for kind, lamports in ((NETWORK, base.network), (PRIORITY, base.priority))
        if lamports
    ]
    if not transaction.failed:
        ledger = decoder.account(transaction)
        decoder.tell(ledger)
        for rent in ledger.rents:
            found += _native(ledger, rent, rent.role)
        for movement in ledger.movements:
            if movement.native:
                found += _native(ledger, movement, movement.role or TRANSFER)
            else:
                found += _token(ledger, movement, movement.role or TRANSFER)
    return tuple(found)


def _native(ledger: Ledger, movement: Movement, kind: str) -> list[Posting]:
    found = _both(ledger, movement, None, kind)
    if kind in ("rent", "refund"):
        return found
    for at, amount in ((movement.source, -movement.amount), (movement.target, movement.amount)):
        held = ledger.accounts.get(at)
        if held is not None and held.mint == WRAPPED_SOL:
            key = ledger.transaction.keys[at]
            owner = ledger.owners[at]
            found.append(Posting(key, owner, WRAPPED_SOL, amount, WRAP, movement.call.path))
    return found


def _token(ledger: Ledger, movement: Movement, kind: str) -> list[Posting]:
    found = _both(ledger, movement, movement.mint, kind)
    if movement.mint == WRAPPED_SOL:
        found += _both(ledger, movement, None, kind)
    return found


def _both(ledger: Ledger, movement: Movement, mint: str | None, kind: str) -> list[Posting]:
    sides = (
        (movement.source, -movement.amount),
        (movement.target, movement.amount - movement.fee),
    )
    return [
        Posting(
            ledger.transaction.keys[at], ledger.owners[at], mint, amount, kind, movement.call.path
        )
        for at, amount in sides
        if at >= 0
    ]
