"""What one transaction did: the decoder's front door."""

from typing import Final

from msgspec import Struct

from domain.chain import (
    actions,
    balances,
    direct,
    fees,
    hops,
    orders,
    programs,
    reading,
    routes,
    running,
    trades,
    transfer_fees,
    transfers,
)
from domain.chain.decoded import (
    DecodedTrade,
    DecodedTransaction,
    Fees,
    LiquidityChange,
    Milestone,
)
from domain.chain.ledger import Ledger
from domain.chain.transaction import ChainTransaction
from domain.values import Slot, WalletAddress

DECODER_VERSION: Final[str] = "1.0.0"
"""Changes whenever any transaction would decode to something else."""


class Told(Struct):
    """What movements add up to, by kind; the rest of them are transfers."""

    trades: tuple[DecodedTrade, ...]
    fees: Fees
    liquidity: tuple[LiquidityChange, ...]
    milestones: tuple[Milestone, ...]


def decode_transaction(raw: bytes, slot: Slot | None = None) -> DecodedTransaction:
    """Decode one transaction in any supported shape; ``slot`` where it does not say its own.

    Raises MalformedTransaction, which names the field and what is wrong with it.
    """
    transaction = reading.read(raw, slot)
    return _failed(transaction) if transaction.failed else _ran(transaction)


def account(transaction: ChainTransaction) -> Ledger:
    """The ledger of a transaction that ran, nothing in it told yet."""
    ledger = running.run(transaction)
    direct.settle(ledger)
    transfer_fees.infer(ledger)
    orders.attribute(ledger)
    return ledger


def _failed(transaction: ChainTransaction) -> DecodedTransaction:
    keys = transaction.keys
    return DecodedTransaction(
        signature=transaction.signature,
        slot=transaction.slot,
        index_in_block=transaction.index_in_block,
        block_time=transaction.block_time,
        fee_payer=WalletAddress(keys[0]),
        signers=tuple(WalletAddress(key) for key in keys[: transaction.signers]),
        failed=True,
        is_vote=_is_vote(transaction),
        fees=fees.network(transaction),
        trades=(),
        transfers=(),
        balance_changes=balances.changes(transaction),
        decoder=DECODER_VERSION,
    )


def tell(ledger: Ledger) -> Told:
    """Give every movement its role, and say what those with one add up to."""
    joined = routes.join(ledger, hops.find(ledger))
    told = tuple(trades.tell(ledger, joined))
    liquidity, milestones = actions.find(ledger)
    return Told(told, fees.split(ledger, told, joined), liquidity, milestones)


def _ran(transaction: ChainTransaction) -> DecodedTransaction:
    ledger = account(transaction)
    told = tell(ledger)
    keys = transaction.keys
    return DecodedTransaction(
        signature=transaction.signature,
        slot=transaction.slot,
        index_in_block=transaction.index_in_block,
        block_time=transaction.block_time,
        fee_payer=WalletAddress(keys[0]),
        signers=tuple(WalletAddress(key) for key in keys[: transaction.signers]),
        failed=False,
        is_vote=_is_vote(transaction),
        fees=told.fees,
        trades=told.trades,
        transfers=transfers.tell(ledger),
        balance_changes=balances.changes(transaction),
        decoder=DECODER_VERSION,
        liquidity=told.liquidity,
        milestones=told.milestones,
        closes=transfers.closes(ledger),
    )


def _is_vote(transaction: ChainTransaction) -> bool:
    return programs.VOTE in transaction.keys and any(
        call.program == programs.VOTE for call in transaction.calls if call.depth == 1
    )
