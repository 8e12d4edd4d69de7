"""Raw transactions to feed: recorded ones where CIPHERX_TEST_DATA has them, else made ones."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

from solders.signature import Signature

from domain.chain.documents import RawTransaction, split_document
from domain.chain.errors import MalformedTransaction
from tests.support.made_transactions import swap

_DEFAULT: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
_SIGNATURE: Final = re.compile(rb'"signatures"\s*:\s*\[\s*"(\w+)"')


class Transactions:
    """Any number of transactions, each with a signature of its own."""

    def __init__(self) -> None:
        folder = Path(os.environ.get("CIPHERX_TEST_DATA", _DEFAULT)) / "transactions"
        self._recorded = tuple(_recorded(folder))
        self._random = Random(7)

    @property
    def kind(self) -> str:
        """Which they are, for the table."""
        return "recorded" if self._recorded else "made"

    def take(self, count: int) -> Iterator[bytes]:
        """``count`` of them; a recorded one comes again under another signature."""
        for number in range(count):
            if self._recorded:
                raw = self._recorded[number % len(self._recorded)]
                yield self._signed_anew(raw)
            else:
                yield swap(number)

    def _signed_anew(self, raw: bytes) -> bytes:
        found = _SIGNATURE.search(raw)
        assert found is not None, "looked at when it was read"
        return raw.replace(found[1], str(Signature(self._random.randbytes(64))).encode())


def _recorded(folder: Path) -> Iterator[bytes]:
    """Those whose signature is there as text (all but the base64 ones) and that can be filed."""
    for file in sorted(folder.glob("*.json")):
        raw = file.read_bytes()
        if _SIGNATURE.search(raw) and _is_filed(raw):
            yield raw


def _is_filed(raw: bytes) -> bool:
    try:
        entries: Sequence[object] = list(split_document(raw))
    except MalformedTransaction:
        return False
    return len(entries) == 1 and isinstance(entries[0], RawTransaction)
