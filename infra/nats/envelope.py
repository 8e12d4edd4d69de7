"""A row of the log as a message: passed on as it is, decoded only by who handles its type."""

from typing import Final

import msgspec

from infra.postgres.rows import LogRow

SUBJECTS: Final = "events.>"

_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_decode = msgspec.msgpack.Decoder(LogRow).decode


def subject(event_type: str) -> str:
    """``trade.recorded.v1`` is published as ``events.trade.recorded``: one subject for all
    versions, since readers upcast."""
    return "events." + event_type.rpartition(".")[0]


def seal(row: LogRow) -> bytes:
    """The row as a MessagePack array, its event and metadata still the log's own bytes."""
    return _encode(row)


def unseal(payload: bytes) -> LogRow:
    """The row inside a message; raises msgspec.DecodeError for anything else."""
    return _decode(payload)
