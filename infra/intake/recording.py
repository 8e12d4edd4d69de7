"""What the log is told of one decoded transaction: itself, then each of its trades."""

from collections.abc import Iterator
from typing import cast
from uuid import UUID, uuid4

from domain.aggregate import Aggregate, DomainEvent
from domain.chain.decoded import DecodedTransaction
from domain.recorded import Metadata
from domain.trade import ChainPlace, Trade
from domain.transaction import Transaction
from infra.postgres.commit import Append
from infra.postgres.rows import encode_metadata, pending

ACTOR = "intake"


def appends(decoded: DecodedTransaction, source: str) -> Iterator[Append]:
    """The appends for one transaction; votes are consensus traffic and give none."""
    if decoded.is_vote:
        return
    place = ChainPlace(decoded.signature, decoded.slot, decoded.index_in_block, decoded.block_time)
    transaction = Transaction.record(
        place,
        fee_payer=decoded.fee_payer,
        signers=decoded.signers,
        failed=decoded.failed,
        fees=decoded.fees,
        transfers=decoded.transfers,
        balance_changes=decoded.balance_changes,
        trade_count=len(decoded.trades),
        decoder=decoded.decoder,
        source=source,
    )
    yield _append(transaction, transaction.id)
    for trade in decoded.trades:
        yield _append(Trade.record(place, trade, decoded.decoder), transaction.id)


def _append(aggregate: Aggregate, cause: UUID) -> Append:
    events = cast("list[DomainEvent]", aggregate.collect_events())
    metadata = Metadata(uuid4(), cause, cause, ACTOR)
    return Append(aggregate.id, 0, pending(events), encode_metadata(metadata))
