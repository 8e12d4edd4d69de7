"""What one transaction did: the decoder's front door."""

from typing import Final

from domain.chain import balances, programs, reading
from domain.chain.decoded import DecodedTrade, DecodedTransaction, Fees, Side, TokenAmount
from domain.chain.transaction import ChainTransaction
from domain.values import (
    SOL_DECIMALS,
    STABLE_COINS,
    WRAPPED_SOL,
    BaseUnits,
    Lamports,
    Mint,
    WalletAddress,
)

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
    trader = WalletAddress(transaction.keys[0])
    gained = balances.by_owner(transaction, trader)
    if WRAPPED_SOL in gained:
        gained[WRAPPED_SOL] += transaction.fee
    spent = [mint for mint, amount in gained.items() if amount < 0]
    got = [mint for mint, amount in gained.items() if amount > 0]
    if len(spent) != 1 or len(got) != 1:
        return ()
    decimals = {item.mint: item.decimals for item in transaction.token_accounts.values()}
    decimals[WRAPPED_SOL] = SOL_DECIMALS
    token_in, token_out = (
        TokenAmount(Mint(mint), BaseUnits(abs(gained[mint])), decimals[mint])
        for mint in (spent[0], got[0])
    )
    return (
        DecodedTrade(
            "0",
            trader,
            trader,
            side(token_in.mint, token_out.mint),
            token_in,
            token_out,
            "unknown",
            None,
            (),
        ),
    )


def side(spent: Mint, got: Mint) -> Side:
    """Buy and sell are meant against money: SOL and stable coins."""
    money_in = spent == WRAPPED_SOL or spent in STABLE_COINS
    money_out = got == WRAPPED_SOL or got in STABLE_COINS
    if money_in == money_out:
        return "swap"
    return "buy" if money_in else "sell"
