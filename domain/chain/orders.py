"""Orders a keeper signs for: whose they are."""

from domain.chain.ledger import Ledger


def attribute(ledger: Ledger) -> None:
    """Name every account's owner; what an order's escrow gives and gets is its maker's."""
    for call, venue in ledger.venues:
        if venue.order is not None:
            found = venue.order(call, ledger.transaction.keys)
            if found is not None:
                escrow, maker = found
                ledger.aliases[escrow] = maker
    ledger.name_owners()
