"""Recorded transactions on disk: files, folders, JSON lines, gzip, or standard input."""

import gzip
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

import msgspec

from domain.chain.documents import RawTransaction, Rejected, split_document
from domain.chain.errors import MalformedTransaction
from domain.values import Slot

STDIN: Final = Path("-")
DOCUMENT_BYTES_MAX: Final = 512 * 2**20
"""The largest block ever seen is about a fifth of this; more is a mistake or a bomb."""
SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".gz")
_SLOT_IN_NAME: Final = re.compile(r"(\d{1,18})\.")
"""A node's getBlock answer does not say its slot; its file is usually named for it."""


class Document(NamedTuple):
    """One whole JSON document and the file (and line) it came from."""

    name: str
    content: bytes

    def entries(self) -> Sequence[RawTransaction | Rejected]:
        """What is in it; a document that is none comes out as one rejected entry."""
        in_name = _SLOT_IN_NAME.match(Path(self.name).name)
        try:
            return list(split_document(self.content, Slot(int(in_name[1])) if in_name else None))
        except MalformedTransaction as malformed:
            return [Rejected(0, str(malformed), self.content)]


class Unreadable(NamedTuple):
    """A file that could not be read to its end, and why."""

    name: str
    reason: str


def files_in(paths: Sequence[Path]) -> Sequence[Path]:
    """Every file that ``paths`` name, folders searched through, each folder in name order."""
    return [file for path in paths for file in _files(path)]


def documents_in(file: Path) -> Iterator[Document | Unreadable]:
    """The documents of one file as they are read: each line of JSON lines is one."""
    try:
        with _opened(file) as stream:
            if file == STDIN or ".jsonl" in file.name or ".ndjson" in file.name:
                yield from _by_lines("stdin" if file == STDIN else str(file), stream)
            else:
                yield Document(str(file), _bounded(stream))
    except (OSError, EOFError, zlib.error, MalformedTransaction) as broken:
        yield Unreadable(str(file), str(broken))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(
            file for file in path.rglob("*") if file.is_file() and file.name.endswith(SUFFIXES)
        )
    else:
        yield path


def _opened(file: Path) -> BinaryIO:
    if file == STDIN:
        return sys.stdin.buffer
    if file.suffix == ".gz":
        return cast(BinaryIO, gzip.open(file))  # reads as one; typeshed gives it a base of its own
    return file.open("rb")


def _bounded(stream: BinaryIO) -> bytes:
    content = stream.read(DOCUMENT_BYTES_MAX + 1)
    if len(content) > DOCUMENT_BYTES_MAX:
        raise MalformedTransaction("document", f"over {DOCUMENT_BYTES_MAX} bytes")
    return content


def _by_lines(name: str, stream: BinaryIO) -> Iterator[Document]:
    """Lines as they come while each is whole JSON; otherwise everything as one document."""
    for number, line in enumerate(stream, start=1):
        if number == 1 and not _is_whole(line):
            yield Document(name, line + _bounded(stream))
            return
        if line.strip():
            yield Document(f"{name}:{number}", line)


def _is_whole(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True
