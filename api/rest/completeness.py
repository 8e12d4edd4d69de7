"""How much of a wallet's history we have seen whole, and how we know."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from litestar import get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from api.documented import problems
from api.encoding import Shown
from api.parameters import Wallet
from domain.completeness import CoveredRange, State, known_through, state_of
from domain.coverage.freshness import Freshness, Seen, freshness
from domain.coverage.look import Coverage
from domain.values import Signature, Slot, WalletAddress, wallet_address

COVERS: Final = "finalized transactions that name the address among their accounts"
"""A transfer into a token account that the wallet owns need not name the wallet."""
TOO_SOON: Final = "first looked at just now; claims follow when what was listed is a minute old"
UNWATCHED: Final = "nobody follows this wallet, so nobody has listed its history; track it"


class Hole(Struct, frozen=True):
    """A listed transaction that no node would hand over."""

    signature: Signature
    slot: Slot
    tries: int
    found_at: datetime


class Ledger(Struct, frozen=True):
    """What the ledger has of a wallet, and the chain as it was last seen."""

    coverage: Coverage | None
    looked_at: datetime | None
    holes: Sequence[Hole]
    chain: Seen | None


class CompletenessQuery(Protocol):
    """What is known of the completeness of wallets."""

    async def ledger(self, wallet: WalletAddress) -> Ledger:
        """The wallet's entry; an empty one when nobody ever looked."""
        ...


class NeverLooked:
    """The completeness where nothing follows a chain."""

    async def ledger(self, wallet: WalletAddress) -> Ledger:
        """Nothing is known of any wallet."""
        return Ledger(None, None, (), None)


class CompletenessBrief(Shown, frozen=True):
    """Whether the wallet's history is whole from slot ``since`` to slot ``through``: nothing
    was missing (``complete``), or what was has been fetched (``backfilled``); ``unknown`` when
    nobody may rely on it. ``freshness`` says whether somebody still looks."""

    state: State
    since: int | None
    through: int | None
    freshness: Freshness


class EvidenceShown(Shown, frozen=True):
    """The listing a range rests on."""

    listing_id: UUID
    endpoint: str
    pages: int
    listed: int
    missing: int
    as_of: int
    at: datetime


class RangeShown(Shown, frozen=True):
    """Slots from ``first`` to ``last``, both included."""

    first: int
    last: int
    state: State
    reason: str | None
    evidence: EvidenceShown


class HoleShown(Shown, frozen=True):
    """A transaction that is listed and cannot be had yet."""

    signature: str
    slot: int
    tries: int
    found_at: datetime


class CompletenessShown(Shown, frozen=True):
    """What may be relied on, and why. ``reason`` says what keeps the latest look from claiming
    anything."""

    wallet: WalletAddress
    state: State
    since: int | None
    through: int | None
    tip: int | None
    freshness: Freshness
    checked_at: datetime | None
    reason: str | None
    covers: str
    holes: Sequence[HoleShown]
    ranges: Sequence[RangeShown]


def completeness_routes(completeness: CompletenessQuery) -> Sequence[HTTPRouteHandler]:
    """``GET /wallets/{address}/completeness``."""

    @get(
        "/wallets/{address:str}/completeness",
        tags=["Wallets"],
        summary="How much of a wallet's history has been seen whole, and how we know",
        responses=problems(400),
    )
    async def of_wallet(address: Wallet) -> CompletenessShown:
        wallet = wallet_address(address)
        return _shown(wallet, await completeness.ledger(wallet))

    return (of_wallet,)


def brief(ledger: Ledger) -> CompletenessBrief:
    """What an answer that rests on a wallet's history says of it."""
    if ledger.coverage is None:
        return CompletenessBrief("unknown", None, None, "unwatched")
    ranges = ledger.coverage.ranges
    stretch = known_through(ranges)
    looked_through = ledger.coverage.as_of if stretch is None else stretch[1]
    fresh = freshness(ledger.chain, looked_through)
    if stretch is None:
        return CompletenessBrief("unknown", None, None, fresh)
    return CompletenessBrief(state_of(ranges, *stretch), *stretch, fresh)


def _shown(wallet: WalletAddress, ledger: Ledger) -> CompletenessShown:
    coverage, short = ledger.coverage, brief(ledger)
    return CompletenessShown(
        wallet=wallet,
        state=short.state,
        since=short.since,
        through=short.through,
        tip=None if ledger.chain is None else ledger.chain.tip,
        freshness=short.freshness,
        checked_at=ledger.looked_at,
        reason=_reason(coverage),
        covers=COVERS,
        holes=[HoleShown(h.signature, h.slot, h.tries, h.found_at) for h in ledger.holes],
        ranges=[_range(one) for one in ([] if coverage is None else coverage.ranges)],
    )


def _reason(coverage: Coverage | None) -> str | None:
    if coverage is None:
        return UNWATCHED
    return coverage.reason if coverage.reason or coverage.ranges else TOO_SOON


def _range(one: CoveredRange) -> RangeShown:
    said = one.evidence
    evidence = EvidenceShown(
        said.listing_id, said.endpoint, said.pages, said.listed, said.missing, said.as_of, said.at
    )
    return RangeShown(one.first, one.last, one.state, one.reason, evidence)
