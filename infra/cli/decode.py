"""``cipherx decode``: raw transactions to trades and transfers as JSON lines, offline."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from domain.chain.decoded import DecodedTrade, DecodedTransaction, TokenAmount, Transfer
from domain.chain.decoder import decode_transaction
from domain.chain.documents import Rejected
from domain.chain.errors import MalformedTransaction
from domain.values import Slot
from infra.recorded_files import STDIN, Document, Unreadable, documents_in, files_in

NO_SLOT: Final = Slot(-1)
"""Stands for the slot of a transaction that does not say its own; written as null."""


def decode(
    paths: list[Path], *, json_out: BinaryIO | None = None, errors: BinaryIO | None = None
) -> int:
    """Decode every file, folder or "-" in ``paths`` (none: stdin) as it is read.

    One JSON object a line goes to ``json_out``; what cannot be decoded goes to ``errors`` with its
    name and reason, and the rest goes on. Returns the exit code: 1 when anything was refused.
    """
    out = sys.stdout.buffer if json_out is None else json_out
    complaints = sys.stderr.buffer if errors is None else errors
    encode = msgspec.json.Encoder().encode
    refused = 0
    for document in chain.from_iterable(map(documents_in, files_in(paths or [STDIN]))):
        if isinstance(document, Unreadable):
            refused += 1
            complaints.write(f"{document.name}: {document.reason}\n".encode())
            continue
        for found in _decoded(document):
            if isinstance(found, str):
                refused += 1
                complaints.write(f"{found}\n".encode())
                continue
            for line in lines(found):
                out.write(encode(line) + b"\n")
    out.flush()
    complaints.flush()
    return 1 if refused else 0


def lines(decoded: DecodedTransaction) -> Iterator[dict[str, object]]:
    """The output lines of one transaction: its trades, its transfers, then itself."""
    where: dict[str, object] = {
        "signature": decoded.signature,
        "slot": None if decoded.slot == NO_SLOT else decoded.slot,
        "blockTime": decoded.block_time,
    }
    for trade in decoded.trades:
        yield {"kind": "trade", **where, **_trade(trade), "decoder": decoded.decoder}
    for transfer in decoded.transfers:
        yield {"kind": "transfer", **where, **_transfer(transfer)}
    fees = decoded.fees
    yield {
        "kind": "transaction",
        **where,
        "failed": decoded.failed,
        "feePayer": decoded.fee_payer,
        "fees": {
            "network": str(fees.network),
            "priority": str(fees.priority),
            "tip": str(fees.tip),
            "platform": str(fees.platform),
            "rent": str(fees.rent_paid - fees.rent_refunded),
            "transferFee": [_token(fee) for fee in fees.transfer_fees],
        },
    }


def _trade(trade: DecodedTrade) -> dict[str, object]:
    return {
        "path": trade.path,
        "trader": trade.trader,
        "signer": trade.signer,
        "side": trade.side,
        "in": _token(trade.token_in),
        "out": _token(trade.token_out),
        "venue": trade.venue,
        "pool": trade.pool,
        "legs": [
            {
                "venue": leg.venue,
                "pool": leg.pool,
                "in": _token(leg.token_in),
                "out": _token(leg.token_out),
            }
            for leg in trade.legs
        ],
    }


def _transfer(transfer: Transfer) -> dict[str, object]:
    return {
        "path": transfer.path,
        "from": transfer.sender,
        "to": transfer.recipient,
        **_token(transfer.token),
        "fee": str(transfer.fee),
    }


def _token(token: TokenAmount) -> dict[str, object]:
    return {"mint": token.mint, "amount": str(token.amount), "decimals": token.decimals}


def _decoded(document: Document) -> Iterator[DecodedTransaction | str]:
    """What ``document`` holds, or for what it cannot, a line that says why."""
    for number, entry in enumerate(document.entries()):
        if isinstance(entry, Rejected):
            yield f"{document.name}: entry {entry.entry}: {entry.reason}"
            if entry.lacks_slot:
                yield from _without_slot(entry.raw)
            continue
        try:
            yield decode_transaction(entry.raw)
        except MalformedTransaction as malformed:
            yield f"{document.name}: entry {number} ({entry.signature}): {malformed}"


def _without_slot(raw: bytes) -> Iterator[DecodedTransaction]:
    """What happened does not depend on the slot, so it is told all the same."""
    with suppress(MalformedTransaction):  # its name and one reason have been told already
        yield decode_transaction(raw, NO_SLOT)
