"""Lists an address's history page by page, so that no trap of the listing call goes unseen.

``until`` is never sent: a node that does not know the signature ignores it without a word, so
we stop by slot. A page may end inside a slot, whose order another request need not repeat; the
next page therefore starts in the slot above, and lists the one that was cut again.
"""

from collections.abc import Collection, Sequence
from typing import Final

from domain.coverage.listing import Listing
from domain.values import Signature, Slot
from infra.solana.rpc import PAGE_MAX, SolanaRpc
from infra.solana.wire import Listed

FIRST_PAGE: Final = 50
"""Enough for what most wallets did since the last look, and cheap for those that did nothing."""
PAGES_MAX: Final = 200
"""200,000 transactions, 40 MB while we list them; whoever does more in one outage is a program."""


async def list_history(
    rpc: SolanaRpc,
    wallet: str,
    *,
    as_of: int,
    back_to: int,
    pages_max: int = PAGES_MAX,
    page_size: int = PAGE_MAX,
    avoid: Collection[str] = (),
) -> Listing:
    """Everything finalized from ``back_to`` on, by nodes that have reached ``as_of``.

    Raises RpcFailure when a page cannot be had at all.
    """
    entries: dict[Signature, Slot] = {}
    first, before, limit = as_of + 1, None, min(FIRST_PAGE, page_size)
    endpoints: dict[str, None] = {}
    flaw, to_start, number = None, False, 0
    for number in range(1, pages_max + 1):
        page = await rpc.signatures(
            wallet,
            commitment="finalized",
            limit=limit,
            before=before,
            min_slot=as_of,
            avoid=avoid,
        )
        endpoints[page.endpoint] = None
        found = {Signature(one.signature): Slot(one.slot) for one in page.entries}
        cut = {name for name, slot in entries.items() if slot < first}
        if not cut <= found.keys():
            flaw = f"page {number} lacks what page {number - 1} had of the same slot"
            break
        entries |= found
        if len(page.entries) < limit:
            to_start = True
            first = min(entries.values(), default=as_of)
            break
        boundary = min(found.values())
        first = boundary + 1
        if boundary < back_to:
            break
        before = _oldest_above(boundary, page.entries)
        if before is None:
            flaw = f"slot {boundary} holds more than a page of {limit}"
            break
        limit = page_size
    else:
        flaw = None if first <= back_to else f"more than {pages_max} pages since slot {back_to}"
    return Listing(entries, Slot(first), Slot(as_of), number, ", ".join(endpoints), to_start, flaw)


def _oldest_above(boundary: int, page: Sequence[Listed]) -> str | None:
    """The last entry of the page that is not of its oldest slot."""
    return next((one.signature for one in reversed(page) if one.slot > boundary), None)
