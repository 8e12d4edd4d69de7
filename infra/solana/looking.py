"""One look at a wallet's history: list it, fetch what is missing, check it, write it down."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import structlog
from msgspec import Struct

from domain.chain.errors import MalformedTransaction
from domain.chain.reading import read
from domain.completeness import Evidence
from domain.coverage.balance import Anchor, Movement, agreement
from domain.coverage.listing import Listing, back_to, mistrusted
from domain.coverage.look import Coverage, Look, after_look
from domain.values import Signature, Slot, WalletAddress
from infra.postgres.coverage import PostgresCoverage
from infra.solana import metrics
from infra.solana.errors import RpcFailure
from infra.solana.fetching import Fetching
from infra.solana.history import PAGES_MAX, list_history
from infra.solana.received import Received
from infra.solana.rpc import PAGE_MAX, SolanaRpc

FIRST_PAGES_MAX: Final = 2
"""How much of a wallet's past is taken in when it is first watched: a thousand transactions."""
OPINIONS_MAX: Final = 2
"""Listings asked for before a look gives up; the second from another endpoint if there is one."""
logger = structlog.get_logger(__name__)


class Outcome(Struct, frozen=True):
    """What a look did: transactions fetched that had been missing, and how it ended."""

    missing: int
    holes: int
    reason: str | None


class Looking:
    """Looks at wallets, one at a time or several at once."""

    def __init__(
        self,
        rpc: SolanaRpc,
        coverage: PostgresCoverage,
        received: Received,
        *,
        fetching: Fetching | None = None,
        page_size: int = PAGE_MAX,
    ) -> None:
        self._rpc = rpc
        self._coverage = coverage
        self._received = received
        self._fetching = fetching or Fetching(rpc, received)
        self._page_size = page_size

    async def look(self, wallet: WalletAddress, end: Anchor) -> Outcome:
        """Look at the history as of ``end``'s slot; ``end`` is the wallet's balance there.

        Raises RpcFailure when no listing can be had: then nothing is known that was not before.
        """
        entry = await self._coverage.entry(wallet)
        before = Coverage() if entry is None else entry.coverage
        listing, mistrust = await self._listed(wallet, before, end)
        places = await self._received.places(list(listing.entries))
        missing = {name: slot for name, slot in listing.entries.items() if name not in places}
        moved = {
            name: slot
            for name, slot in listing.entries.items()
            if name in places and slot not in places[name]
        }
        holes = dict(await self._fetching.fetch(missing)) if missing else {}
        if moved:
            holes |= await self._fetching.fetch(moved, landed=True)
        movements = await self._movements(wallet, listing, holes)
        agreed = agreement(movements, end)
        look = Look(listing, mistrust, missing, holes, agreed, end)
        at = datetime.now(UTC)
        after = after_look(before, look, _evidence(look, at))
        received = [name for name in listing.entries if name not in holes]
        await self._coverage.save(wallet, after, holes, received, at)
        self._note(wallet, look, after.reason)
        return Outcome(len(missing) - len(holes), len(holes), after.reason)

    async def _listed(
        self, wallet: WalletAddress, before: Coverage, end: Anchor
    ) -> tuple[Listing, str | None]:
        """The first listing that nothing speaks against, or the last one and what does."""
        down_to, is_first = _down_to(before), before.as_of is None
        pages_max = FIRST_PAGES_MAX if is_first else PAGES_MAX
        avoid: list[str] = []
        for opinion in range(1, OPINIONS_MAX + 1):
            try:
                listing = await list_history(
                    self._rpc,
                    wallet,
                    as_of=end.slot,
                    back_to=down_to,
                    pages_max=pages_max,
                    page_size=self._page_size,
                    avoid=avoid,
                )
            except RpcFailure:
                if opinion == 1:
                    raise
                break
            if is_first and listing.flaw is not None and listing.entries:
                listing = _as_far_as_it_goes(listing)
            mistrust = mistrusted(listing, before.cursor, down_to, end.lamports)
            if mistrust is None:
                break
            avoid += listing.endpoint.split(", ")
        return listing, mistrust

    async def _movements(
        self,
        wallet: WalletAddress,
        listing: Listing,
        holes: Collection[Signature],
    ) -> Sequence[Movement]:
        """What the listed transactions did to the wallet's lamports."""
        wanted = {
            name: slot
            for name, slot in listing.entries.items()
            if listing.first <= slot <= listing.as_of and name not in holes
        }
        raws: Mapping[Signature, bytes] = await self._received.raw(wanted) if wanted else {}
        return [
            movement
            for name, raw in raws.items()
            if (movement := _movement(wallet, wanted[name], raw)) is not None
        ]

    def _note(self, wallet: WalletAddress, look: Look, reason: str | None) -> None:
        metrics.LOOKS.labels("whole" if reason is None else "unknown").inc()
        metrics.FOUND_MISSING.inc(len(look.missing))
        if reason is not None:
            logger.warning("history not known whole", wallet=wallet, reason=reason)


def _down_to(before: Coverage) -> Slot:
    """Below everything that is known, or that an earlier look had to leave unknown."""
    slots = [one.first for one in before.ranges[:1]] if before.through is None else []
    slots += [before.through] if before.through is not None else []
    slots += [before.cursor.slot] if before.cursor is not None else []
    return back_to(*slots)


def _as_far_as_it_goes(listing: Listing) -> Listing:
    """A first look claims what its pages reach and no more: its end is no flaw."""
    return Listing(
        listing.entries,
        listing.first,
        listing.as_of,
        listing.pages,
        listing.endpoint,
        listing.to_start,
    )


def _movement(wallet: WalletAddress, slot: Slot, raw: bytes) -> Movement | None:
    try:
        transaction = read(raw)
        place = transaction.keys.index(wallet)
    except (MalformedTransaction, ValueError):
        return None
    return Movement(slot, transaction.lamports_before[place], transaction.lamports_after[place])


def _evidence(look: Look, at: datetime) -> Evidence:
    listing = look.listing
    return Evidence(
        uuid4(),
        listing.endpoint,
        listing.pages,
        len(listing.entries),
        len(look.missing),
        listing.as_of,
        at,
    )
