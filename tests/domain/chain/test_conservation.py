"""Conservation: what the decoder tells adds up to the balances, to the lamport.

Proved for every recorded transaction, failed ones and blocks of votes included:

1. Account by account, the postings of lamports and of every token add up to the balance after less
   the balance before. Nothing moved goes untold, and nothing told did not move.
2. What is published is what was posted: each trader's trades are the trade postings of what the
   trader owns, each owner's transfers the transfer postings, and fees, tips and rent those of
   their kind.

Together: trades, transfers, liquidity, fees and rent sum to every balance difference. Three
records cannot add up, and are named below: their authors edited the balances.
"""

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

import pytest

from domain.chain.decoded import DecodedTransaction
from domain.chain.decoder import decode_transaction
from domain.chain.documents import RawTransaction, split_document
from domain.chain.errors import MalformedTransaction
from domain.chain.postings import Posting, postings
from domain.values import WRAPPED_SOL, Slot
from tests.domain.chain.test_trades import bought_on_raydium, routed, sold_on_pump
from tests.support.recorded_data import recorded_data, recorded_transactions

DOCTORED: Final = {
    # A closed token account still holds 10 USDC; lamports do not balance either.
    "3p9fzShSPEC5",
    # The transfer runs from one account to the other, the balances say the opposite.
    "5CBBFXjdu32n",
}
KEEPERS: Final = {"jupiter-dca", "jupiter-limit", "jupiter-limit-v2"}
"""An order's escrow is its maker's in postings; in transfers it is itself."""
UNEXPLAINED_MAX: Final = 17
"""Records of local validators (slots below 150) and hand-made ones create or destroy lamports."""


def recorded() -> Iterator[bytes]:
    for _, raw in recorded_transactions():
        yield raw
    for name in ("332254855", "254170887", "100356971", "43200000"):
        document = gzip.decompress((recorded_data("blocks") / f"{name}.json.gz").read_bytes())
        for entry in split_document(document, Slot(int(name))):
            assert isinstance(entry, RawTransaction)
            yield entry.raw


def by_account(decoded: DecodedTransaction) -> dict[tuple[str, str | None], int]:
    return {(c.account, c.mint): c.after - c.before for c in decoded.balance_changes}


def posted(told: tuple[Posting, ...]) -> dict[tuple[str, str | None], int]:
    sums: defaultdict[tuple[str, str | None], int] = defaultdict(int)
    for posting in told:
        sums[posting.account, posting.mint] += posting.amount
    return {place: amount for place, amount in sums.items() if amount}


def of_kind(told: tuple[Posting, ...], kind: str) -> Counter[tuple[str, str]]:
    """Per owner and mint; lamports that accompany a token posting are counted once."""
    sums: Counter[tuple[str, str]] = Counter()
    both: Counter[tuple[str, str, str]] = Counter()
    for posting in told:
        if posting.kind == kind and posting.mint is not None:
            sums[posting.owner, posting.mint] += posting.amount
            if posting.mint == WRAPPED_SOL:
                both[posting.account, posting.path, str(posting.amount)] += 1
    for posting in told:
        if posting.kind == kind and posting.mint is None:
            place = (posting.account, posting.path, str(posting.amount))
            if both[place]:
                both[place] -= 1
            else:
                sums[posting.owner, WRAPPED_SOL] += posting.amount
    return sums


def assert_published(decoded: DecodedTransaction, told: tuple[Posting, ...]) -> None:
    trades: Counter[tuple[str, str]] = Counter()
    for trade in decoded.trades:
        trades[trade.trader, trade.token_in.mint] -= trade.token_in.amount
        trades[trade.trader, trade.token_out.mint] += trade.token_out.amount
        for left in trade.leftovers:
            trades[trade.trader, left.mint] += left.amount
    traders = {trade.trader for trade in decoded.trades}
    found = {p: v for p, v in of_kind(told, "trade").items() if v and p[0] in traders}
    assert found == {place: amount for place, amount in trades.items() if amount}
    transfers: Counter[tuple[str, str]] = Counter()
    for move in decoded.transfers:
        if move.sender is not None:
            transfers[move.sender, move.token.mint] -= move.token.amount
        if move.recipient is not None:
            transfers[move.recipient, move.token.mint] += move.token.amount - move.fee
    found = {place: amount for place, amount in of_kind(told, "transfer").items() if amount}
    if not any(trade.via in KEEPERS for trade in decoded.trades):
        assert found == {place: amount for place, amount in transfers.items() if amount}
    fees = decoded.fees
    for kind, fee in (
        ("tip", fees.tip),
        ("rent", fees.rent_paid),
        ("refund", fees.rent_refunded),
        ("platform", fees.platform),
    ):
        assert fee == sum(p.amount for p in told if p.kind == kind and not p.mint and p.amount > 0)
    payer = -sum(p.amount for p in told if p.kind in ("network", "priority"))
    assert payer == fees.network + fees.priority


@pytest.mark.recorded
def test_every_recorded_transaction_adds_up_account_by_account() -> None:
    wrong = set()
    checked = unexplained = 0
    for raw in recorded():
        try:
            decoded = decode_transaction(raw)
        except MalformedTransaction:
            continue
        told = postings(raw)
        checked += 1
        unexplained += any(posting.kind == "unexplained" for posting in told)
        if posted(told) != by_account(decoded):
            wrong.add(decoded.signature[:12])
    assert wrong == DOCTORED
    assert checked > 4_000
    assert unexplained <= UNEXPLAINED_MAX


@pytest.mark.recorded
def test_everything_published_is_everything_posted() -> None:
    for raw in recorded():
        try:
            decoded = decode_transaction(raw)
        except MalformedTransaction:
            continue
        assert_published(decoded, postings(raw))


@pytest.mark.parametrize("scene", [bought_on_raydium(), routed(), sold_on_pump()])
def test_made_up_ones_add_up_too(scene: object) -> None:
    raw = scene.raw()  # type: ignore[attr-defined]
    decoded = decode_transaction(raw)
    told = postings(raw)
    assert posted(told) == by_account(decoded)
    assert_published(decoded, told)
