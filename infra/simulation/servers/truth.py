"""The truth as it becomes known: the latest trades in memory, all of them in a file if wanted."""

import gzip
from collections import deque
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from infra.simulation.servers.production import Production, Step
from infra.simulation.world.truth import TrueTrade, Truth

TRADES_KEPT: Final = 50_000
"""True trades that ``GET /control/truth`` shows; a file has every one."""
COMPRESSION_LEVEL: Final = 1


class TruthKeeper:
    """Takes the true trades out of the world after every block, so that it stays small.

    A file is gzipped JSON lines, in the form of a recording's: one trade a line, and on the
    last line everything else.
    """

    def __init__(self, production: Production) -> None:
        self._production = production
        self._trades: deque[TrueTrade] = deque(maxlen=TRADES_KEPT)
        self._encode = msgspec.json.Encoder().encode
        self._file: BinaryIO | None = None

    def write_to(self, path: Path) -> None:
        """Also write to ``path`` from now on."""
        opened = gzip.GzipFile(path, "wb", compresslevel=COMPRESSION_LEVEL, mtime=0)
        self._file = cast("BinaryIO", opened)

    def keep(self, _: Step) -> None:
        """Take over what the last block made true."""
        trades = self._production.main_world.drain_trades()
        self._trades += trades
        if self._file is not None and trades:
            self._file.write(b"\n".join((*map(self._encode, trades), b"")))

    def truth(self) -> Truth:
        """Everything true so far, with the latest trades."""
        whole = self._production.main_world.truth()
        return msgspec.structs.replace(whole, trades=tuple(self._trades))

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.write(self._encode(self._production.main_world.truth()) + b"\n")
            self._file.close()
            self._file = None
