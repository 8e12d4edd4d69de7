"""From bytes to ``ChainTransaction``: every supported shape, every index checked once."""

from typing import Final

from msgspec import MsgspecError, Raw

from domain.chain import base58, calls, enhanced, message, token_balances, wire
from domain.chain.errors import MalformedTransaction
from domain.chain.transaction import ChainTransaction
from domain.values import Signature, Slot, UnixSeconds

_NOT_FAILED: Final = (b"null", b"")


def read(raw: bytes, slot: Slot | None = None) -> ChainTransaction:
    """One transaction in any supported shape; ``slot`` where it does not say its own.

    Raises MalformedTransaction.
    """
    entry = _entry(raw)
    body: bytes | Raw = raw
    if len(entry.result):
        body = entry.result
        entry = _entry(body)
    if len(entry.accountData):
        return enhanced.read(body)
    slot = slot if entry.slot is None else Slot(entry.slot)
    if slot is None:
        raise MalformedTransaction("slot", "missing or null")
    if entry.transaction is None:
        raise MalformedTransaction("transaction", "missing or null")
    if entry.meta is None:
        raise MalformedTransaction("meta", "missing or null, so what it did is not known")
    return _transaction(entry, slot, entry.transaction, entry.meta)


def _entry(raw: bytes | Raw, lax: bool = False) -> wire.RawEntry:
    try:
        return (wire.lax_raw_entry if lax else wire.raw_entry).decode(raw)
    except MsgspecError as malformed:
        if not lax and "got `str`" in str(malformed) and "$.meta" in str(malformed):
            return _entry(raw, lax=True)
        raise wire.refusal(malformed) from None
    except UnicodeDecodeError:
        raise MalformedTransaction("transaction", "not UTF-8") from None
    except RecursionError:
        raise MalformedTransaction("transaction", "nested too deeply") from None


def _transaction(
    entry: wire.RawEntry,
    slot: Slot,
    found: wire.JsonTransaction | list[str],
    meta: wire.TransactionMeta,
) -> ChainTransaction:
    failed = bytes(meta.err) not in _NOT_FAILED
    if isinstance(found, list):
        if len(found) != 2 or found[1] != "base64":
            raise MalformedTransaction("transaction", 'must be [text, "base64"] when it is a list')
        packed = message.unpack(found[0])
        signatures, signers = packed.signatures, packed.signers
        keys = packed.keys + _loaded(meta)
        outer = calls.packed(packed, keys)
    else:
        signatures = found.signatures
        keys, signers = _keys(found.message, meta)
        outer = calls.outer(found.message.instructions, keys)
    _check_header(signatures, signers, keys)
    if not len(keys) == len(meta.preBalances) == len(meta.postBalances):
        raise MalformedTransaction(
            "meta.preBalances",
            f"{len(meta.preBalances)} before and {len(meta.postBalances)} after"
            f" for {len(keys)} accounts",
        )
    time = wire.seconds(entry.blockTime)
    return ChainTransaction(
        Signature(signatures[0]),
        len(signatures),
        slot,
        None if time is None else UnixSeconds(time),
        entry.indexWithinBlock,
        keys,
        signers,
        failed,
        _fee(meta),
        meta.preBalances,
        meta.postBalances,
        # What a failed transaction called was undone, and its token balances are as they were.
        {} if failed else token_balances.read(meta, len(keys)),
        outer if failed else calls.with_inner(outer, meta.innerInstructions, keys),
    )


def _check_header(signatures: list[str], signers: int, keys: list[str]) -> None:
    if not signatures or not base58.is_signature(signatures[0]):
        raise MalformedTransaction("transaction.signatures[0]", "must be base58 of 64 bytes")
    if not 0 < signers <= len(keys):
        raise MalformedTransaction(
            "transaction.message.header.numRequiredSignatures",
            f"{signers} of {len(keys)} keys",
        )


def _fee(meta: wire.TransactionMeta) -> int:
    """Told, or else what is missing from all balances together: fees alone leave them."""
    if meta.fee is not None:
        return meta.fee
    fee = sum(meta.preBalances) - sum(meta.postBalances)
    if fee < 0:
        raise MalformedTransaction("meta.fee", "missing, and the balances grew")
    return fee


def _loaded(meta: wire.TransactionMeta) -> list[str]:
    loaded = meta.loadedAddresses
    if loaded is None:
        return meta.loadedWritableAddresses + meta.loadedReadonlyAddresses
    return loaded.writable + loaded.readonly


def _keys(found: wire.Message, meta: wire.TransactionMeta) -> tuple[list[str], int]:
    keys = [key if isinstance(key, str) else key.pubkey for key in found.accountKeys]
    if found.header is not None:
        signers = found.header.numRequiredSignatures
    else:  # jsonParsed tells it key by key
        signers = sum(key.signer for key in found.accountKeys if isinstance(key, wire.Key))
    if len(keys) < len(meta.preBalances):  # json leaves out what lookup tables loaded
        keys += _loaded(meta)
    return keys, signers
