"""Writes a world's history to a file, one getTransaction result a line, as it happens."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from infra.simulation.world.chain import World
from infra.simulation.world.render import to_json
from infra.simulation.world.transaction import Block
from infra.simulation.world.truth import TrueTrade

COMPRESSION_LEVEL: Final = 1
"""Level 6 makes the file a fifth smaller and the recording half as fast again."""


def record(world: World, path: Path, transactions: int, *, truth_path: Path | None = None) -> int:
    """Write at least ``transactions`` of them to ``path`` (``.jsonl.gz``); how many it was.

    Ends at the end of a block. ``truth_path`` gets the true trades, one a line, and on its last
    line everything else that is true; they are kept apart so that no reader of the history can
    come across them. Memory does not grow with the number of transactions.
    """
    encoder = msgspec.json.Encoder()
    written = 0
    with ExitStack() as stack:
        out = _compressed(stack, path)
        truth = _compressed(stack, truth_path) if truth_path else None
        for block in blocks(world, transactions):
            lines = [encoder.encode(to_json(tx)) for tx in block.transactions]
            out.write(b"\n".join((*lines, b"")))
            written += len(lines)
            _tell(truth, encoder, world.drain_trades())
        if truth is not None:
            truth.write(encoder.encode(world.truth()) + b"\n")
    return written


def blocks(world: World, transactions: int) -> Iterator[Block]:
    """Blocks until they hold at least ``transactions``."""
    seen = 0
    while seen < transactions:
        block = world.next_block()
        seen += len(block.transactions)
        yield block


def _tell(
    truth: BinaryIO | None, encoder: msgspec.json.Encoder, trades: tuple[TrueTrade, ...]
) -> None:
    if truth is not None and trades:
        truth.write(b"\n".join((*(encoder.encode(trade) for trade in trades), b"")))


def _compressed(stack: ExitStack, path: Path) -> BinaryIO:
    """No file name and no time in the header, so that the same seed gives the same bytes."""
    raw = stack.enter_context(path.open("wb"))
    opened = gzip.GzipFile("", "wb", COMPRESSION_LEVEL, raw, mtime=0)
    return cast("BinaryIO", stack.enter_context(opened))
