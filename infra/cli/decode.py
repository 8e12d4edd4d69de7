"""``cipherx decode``: raw transactions to trades and transfers as JSON lines, offline."""

import gzip
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from domain.chain.decoded import DecodedTrade, DecodedTransaction, TokenAmount, Transfer
from domain.chain.decoder import decode_transaction
from domain.chain.documents import Rejected, split_document
from domain.chain.errors import MalformedTransaction
from domain.values import Slot

NO_SLOT: Final = Slot(-1)
"""Stands for the slot of a transaction that does not say its own; written as null."""
STDIN: Final = Path("-")
DOCUMENT_BYTES_MAX: Final = 512 * 2**20
"""The largest block ever seen is about a fifth of this; more is a mistake or a bomb."""
_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".gz")
_SLOT_IN_NAME: Final = re.compile(r"(\d{1,18})\.")


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
    for name, document in _documents(paths or [STDIN], complaints):
        if document is None:
            refused += 1
            continue
        for found in _decoded(name, document):
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


def _decoded(name: str, document: bytes) -> Iterator[DecodedTransaction | str]:
    """What ``document`` holds, or for what it cannot, a line that says why."""
    in_name = _SLOT_IN_NAME.match(Path(name).name)  # a block's file is usually named for its slot
    try:
        entries = split_document(document, Slot(int(in_name[1])) if in_name else None)
        for number, entry in enumerate(entries):
            if isinstance(entry, Rejected):
                yield f"{name}: entry {entry.entry}: {entry.reason}"
                if entry.lacks_slot:
                    yield from _without_slot(entry.raw)
                continue
            try:
                yield decode_transaction(entry.raw)
            except MalformedTransaction as malformed:
                yield f"{name}: entry {number} ({entry.signature}): {malformed}"
    except MalformedTransaction as malformed:
        yield f"{name}: {malformed}"


def _without_slot(raw: bytes) -> Iterator[DecodedTransaction]:
    """What happened does not depend on the slot, so it is told all the same."""
    with suppress(MalformedTransaction):  # its name and one reason have been told already
        yield decode_transaction(raw, NO_SLOT)


def _documents(paths: Iterable[Path], complaints: BinaryIO) -> Iterator[tuple[str, bytes | None]]:
    """Every document by name; a file of JSON lines is one document a line."""
    for path in paths:
        if path == STDIN:
            yield from _by_lines("stdin", sys.stdin.buffer)
            continue
        for file in _files(path):
            try:
                if ".jsonl" in file.name or ".ndjson" in file.name:
                    with _opened(file) as stream:
                        yield from _by_lines(str(file), stream)
                else:
                    with _opened(file) as stream:
                        yield str(file), _bounded(stream)
            except (OSError, EOFError, zlib.error, MalformedTransaction) as broken:
                complaints.write(f"{file}: {broken}\n".encode())
                yield str(file), None


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(
            file for file in path.rglob("*") if file.is_file() and file.name.endswith(_SUFFIXES)
        )
    else:
        yield path


def _opened(file: Path) -> BinaryIO:
    return gzip.open(file) if file.suffix == ".gz" else file.open("rb")  # type: ignore[return-value]


def _bounded(stream: BinaryIO) -> bytes:
    document = stream.read(DOCUMENT_BYTES_MAX + 1)
    if len(document) > DOCUMENT_BYTES_MAX:
        raise MalformedTransaction("document", f"over {DOCUMENT_BYTES_MAX} bytes")
    return document


def _by_lines(name: str, stream: BinaryIO) -> Iterator[tuple[str, bytes | None]]:
    """Lines as they come while each is whole JSON; otherwise everything as one document."""
    for number, line in enumerate(stream, start=1):
        if number == 1 and not _whole(line):
            yield name, line + _bounded(stream)
            return
        if line.strip():
            yield f"{name}:{number}", line


def _whole(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True
