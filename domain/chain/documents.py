"""Cuts whatever a node, Helius or a file hands over into single transactions.

One bad entry never loses the others: it comes out as ``Rejected`` with its reason.
"""

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from typing import Final

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from domain.chain import base58, wire
from domain.chain.errors import MalformedTransaction
from domain.values import Signature, Slot, UnixSeconds

_UNREADABLE: Final = (MsgspecError, UnicodeDecodeError, RecursionError)
_any_json: Final = Decoder(Raw)
_SIGNATURE_END: Final = 65
_BASE64_PREFIX: Final = 88
"""Base64 characters that hold the signature count and the first signature."""


class RawTransaction(Struct, frozen=True):
    """One transaction's bytes, self-contained, and what files them away."""

    raw: bytes
    signature: Signature
    slot: Slot
    index_in_block: int | None
    block_time: UnixSeconds | None


class Rejected(Struct, frozen=True):
    """Entry number ``entry`` (from 0) of the document, and why it is no transaction.

    ``lacks_slot`` means that it may be one all the same, for a caller who knows its slot.
    """

    entry: int
    reason: str
    raw: bytes
    lacks_slot: bool = False


def split_document(
    document: bytes, slot: Slot | None = None
) -> Iterator[RawTransaction | Rejected]:
    """One item per transaction of ``document``, in its order.

    The document is a getTransaction or getBlock result (bare, in a JSON-RPC response, or several
    responses in a batch), a Helius webhook body, or lines of any of these. A node's getBlock
    result does not say its slot: give the one asked for. Raises MalformedTransaction, before the
    first item, when the document as a whole cannot be read.
    """
    head = document.lstrip()[:1]
    if head == b"[":
        try:
            return _each(wire.entries.decode(document), slot)
        except _UNREADABLE as unreadable:
            raise MalformedTransaction("document", _reason(unreadable)) from None
    if head != b"{":
        raise MalformedTransaction("document", "neither a JSON object nor a JSON array")
    try:
        return _object(wire.entry_key.decode(document), document, 0, slot)
    except _UNREADABLE as unreadable:
        if _is_json(document):
            return iter((Rejected(0, _reason(unreadable), document),))
        lines = [Raw(line) for line in document.splitlines() if line.strip()]
        if _is_json(lines[0]) or _is_json(lines[-1]):
            return _each(lines, slot)
        raise MalformedTransaction("document", _reason(unreadable)) from None


def _each(entries: list[Raw], slot: Slot | None) -> Iterator[RawTransaction | Rejected]:
    decode = wire.entry_key.decode
    for number, entry in enumerate(entries):
        try:
            key = decode(entry)
        except _UNREADABLE as unreadable:
            yield Rejected(number, _reason(unreadable), bytes(entry))
        else:
            yield from _object(key, entry, number, slot)


def _object(
    key: wire.EntryKey, entry: bytes | Raw, number: int, slot: Slot | None
) -> Iterator[RawTransaction | Rejected]:
    raw = bytes(entry)
    if key.transactions is not None:
        return _block(key, slot)
    if len(key.result):
        return _response(key.result, raw, number, slot)
    if len(key.error):
        return iter((Rejected(number, "error: the node answered with an error", raw),))
    try:
        return iter((_filed(key, raw),))
    except MalformedTransaction as malformed:
        lacks_slot = malformed.field == "slot" and key.transaction is not None
        return iter((Rejected(number, str(malformed), raw, lacks_slot),))


def _response(
    result: Raw, raw: bytes, number: int, slot: Slot | None
) -> Iterator[RawTransaction | Rejected]:
    if bytes(result) == b"null":
        reason = "result: null, so the node has no such transaction"
        return iter((Rejected(number, reason, raw),))
    try:
        key = wire.entry_key.decode(result)
    except _UNREADABLE as unreadable:
        return iter((Rejected(number, f"result: {_reason(unreadable)}", raw),))
    if len(key.result):
        return iter((Rejected(number, "result: holds another response", raw),))
    return _object(key, result, number, slot)


def _block(key: wire.EntryKey, slot: Slot | None) -> Iterator[RawTransaction | Rejected]:
    slot = slot if key.slot is None else Slot(key.slot)
    try:
        time = wire.seconds(key.blockTime)
    except MalformedTransaction as malformed:
        yield Rejected(0, str(malformed), b"")
        return
    for number, entry in enumerate(key.transactions or ()):
        try:
            yield _from_block(entry, number, slot, time)
        except MalformedTransaction as malformed:
            yield Rejected(number, str(malformed), bytes(entry))
        except _UNREADABLE as unreadable:
            yield Rejected(number, _reason(unreadable), bytes(entry))


def _from_block(
    entry: Raw, number: int, slot: Slot | None, block_time: int | None
) -> RawTransaction:
    if slot is None:
        raise MalformedTransaction("slot", "missing, as in every getBlock result; give it")
    parts = wire.block_entry.decode(entry)
    found = wire.block_transaction.decode(parts.transaction)
    raw = (
        b'{"slot":%d,"blockTime":%s,"indexWithinBlock":%d,"version":%s,"transaction":%s,"meta":%s}'
    )
    return RawTransaction(
        raw
        % (
            slot,
            b"null" if block_time is None else b"%d" % block_time,
            number,
            bytes(parts.version),
            bytes(parts.transaction),
            bytes(parts.meta),
        ),
        _signature(found),
        slot,
        number,
        None if block_time is None else UnixSeconds(block_time),
    )


def _filed(key: wire.EntryKey, raw: bytes) -> RawTransaction:
    if key.slot is None:
        raise MalformedTransaction("slot", "missing or null")
    if key.transaction is not None:
        named = _signature(key.transaction)
    elif key.signature is not None:
        named = _checked(key.signature)
    else:
        raise MalformedTransaction("transaction", "missing or null")
    time = wire.seconds(key.blockTime)
    if time is None:
        time = key.timestamp
    return RawTransaction(
        raw,
        named,
        Slot(key.slot),
        key.indexWithinBlock,
        None if time is None else UnixSeconds(time),
    )


def _signature(transaction: wire.Signatures | list[str]) -> Signature:
    if isinstance(transaction, list):
        return _encoded_signature(transaction)
    if not transaction.signatures:
        raise MalformedTransaction("transaction.signatures", "missing or empty")
    return _checked(transaction.signatures[0])


def _encoded_signature(transaction: list[str]) -> Signature:
    if len(transaction) != 2 or transaction[1] != "base64":
        raise MalformedTransaction("transaction", 'must be [text, "base64"] when it is a list')
    try:
        start = a2b_base64(transaction[0][:_BASE64_PREFIX])
    except (Base64Error, ValueError):
        raise MalformedTransaction("transaction[0]", "not base64") from None
    if len(start) < _SIGNATURE_END or not 0 < start[0] < 128:
        raise MalformedTransaction("transaction[0]", "holds no signature")
    return Signature(base58.encode(start[1:_SIGNATURE_END]))


def _checked(text: str) -> Signature:
    if not base58.is_signature(text):
        raise MalformedTransaction("signature", "must be base58 of 64 bytes")
    return Signature(text)


def _is_json(text: bytes | Raw) -> bool:
    try:
        _any_json.decode(text)
    except _UNREADABLE:
        return False
    return True


def _reason(unreadable: Exception) -> str:
    if isinstance(unreadable, RecursionError):
        return "nested too deeply"
    if isinstance(unreadable, UnicodeDecodeError):
        return "not UTF-8"
    return str(unreadable)
