"""What one transaction did to wallets, sorted by how it is kept."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.chain.decoded import BalanceChange
from domain.recorded import RecordedEvent
from domain.trade import ChainPlace
from domain.transaction import Transaction
from domain.values import WalletAddress

Facts = Transaction.Recorded | Transaction.Reinstated
"""The events that say what a transaction did."""


class Effects(NamedTuple):
    """``wallets`` signed, paid, or had a balance changed; ``native`` are their lamports,
    ``held`` their token accounts, each with its owner."""

    place: ChainPlace
    failed: bool
    wallets: frozenset[str]
    native: Sequence[BalanceChange]
    held: Sequence[tuple[WalletAddress, BalanceChange]]


def effects_of(event: Facts) -> Effects:
    """Sort the balance changes. The lamports of a token account are its rent, which is
    nobody's balance, and one whose owner is unknown is nobody's holding."""
    changes = event.balance_changes
    token_accounts = {change.account for change in changes if change.mint is not None}
    native, held = [], []
    for change in changes:
        if change.mint is None:
            if change.account not in token_accounts:
                native.append(change)
        elif change.owner is not None:
            held.append((change.owner, change))
    wallets = {event.fee_payer, *event.signers}
    wallets.update(WalletAddress(change.account) for change in native)
    wallets.update(owner for owner, _ in held)
    return Effects(event.place, event.failed, frozenset(wallets), native, held)


def facts_before(retracted: RecordedEvent, stream: Sequence[RecordedEvent]) -> Facts:
    """What the transaction was last said to have done before it was retracted."""
    for recorded in reversed(stream):
        event = recorded.event
        if recorded.version < retracted.version and isinstance(event, Facts):
            return event
    raise LookupError(f"position {retracted.position}: stream {retracted.stream_id} has no facts")
