"""What one transaction did: the decoder's front door."""

from typing import Final

from domain.chain import (
    balances,
    direct,
    hops,
    orders,
    programs,
    reading,
    routes,
    trades,
    transfer_fees,
)
from domain.chain.decoded import DecodedTrade, DecodedTransaction, Fees
from domain.chain.ledger import Ledger
from domain.chain.transaction import ChainTransaction
from domain.values import Lamports, WalletAddress

DECODER_VERSION: Final[str] = "0.1.0"
"""Changes whenever any transaction would decode to something else."""
LAMPORTS_PER_SIGNATURE: Final = 5000


def decode_transaction(raw: bytes) -> DecodedTransaction:
    """Decode one transaction in any supported shape; raises MalformedTransaction."""
    transaction = reading.read(raw)
    keys = transaction.keys
    network = min(transaction.fee, LAMPORTS_PER_SIGNATURE * transaction.signature_count)
    return DecodedTransaction(
        signature=transaction.signature,
        slot=transaction.slot,
        index_in_block=transaction.index_in_block,
        block_time=transaction.block_time,
        fee_payer=WalletAddress(keys[0]),
        signers=tuple(WalletAddress(key) for key in keys[: transaction.signers]),
        failed=transaction.failed,
        is_vote=bool(transaction.calls) and transaction.calls[0].program == programs.VOTE,
        fees=Fees(Lamports(network), Lamports(transaction.fee - network)),
        trades=() if transaction.failed else _trades(transaction),
        transfers=(),
        balance_changes=balances.changes(transaction),
        decoder=DECODER_VERSION,
    )


def _trades(transaction: ChainTransaction) -> tuple[DecodedTrade, ...]:
    ledger = Ledger(transaction)
    direct.settle(ledger)
    transfer_fees.infer(ledger)
    orders.attribute(ledger)
    found = hops.find(ledger)
    return tuple(trades.tell(ledger, routes.join(ledger, found))) if found else ()
