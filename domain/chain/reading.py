"""From bytes to ``ChainTransaction``: every supported shape, every index checked once."""

from typing import Final

from msgspec import MsgspecError, Raw

from domain.chain import base58, enhanced, message, parsed, programs, wire
from domain.chain.errors import MalformedTransaction
from domain.chain.transaction import Call, ChainTransaction, TokenAccount, link
from domain.values import Signature, Slot, UnixSeconds

_NOT_FAILED: Final = (b"null", b"")
_NO_BALANCE: Final = (None, 0)
U64_MAX: Final = 2**64 - 1
_U64_DIGITS: Final = 20


def read(raw: bytes) -> ChainTransaction:
    """One transaction in any supported shape; raises MalformedTransaction."""
    entry = _entry(raw)
    if len(entry.result):
        entry = _entry(entry.result)
    if len(entry.accountData):
        return enhanced.read(raw)
    if entry.slot is None:
        raise MalformedTransaction("slot", "missing or null")
    if entry.transaction is None:
        raise MalformedTransaction("transaction", "missing or null")
    if entry.meta is None:
        raise MalformedTransaction("meta", "missing or null, so what it did is not known")
    return _transaction(entry, entry.slot, entry.transaction, entry.meta)


def _entry(raw: bytes | Raw) -> wire.RawEntry:
    try:
        return wire.raw_entry.decode(raw)
    except MsgspecError as malformed:
        problem, _, place = str(malformed).partition(" - at `$")
        raise MalformedTransaction(place.strip("`.") or "transaction", problem) from None
    except UnicodeDecodeError:
        raise MalformedTransaction("transaction", "not UTF-8") from None
    except RecursionError:
        raise MalformedTransaction("transaction", "nested too deeply") from None


def _transaction(
    entry: wire.RawEntry,
    slot: int,
    found: wire.JsonTransaction | list[str],
    meta: wire.TransactionMeta,
) -> ChainTransaction:
    calls: list[Call]
    if isinstance(found, list):
        if len(found) != 2 or found[1] != "base64":
            raise MalformedTransaction("transaction", 'must be [text, "base64"] when it is a list')
        packed = message.unpack(found[0])
        signatures, keys, signers = packed.signatures, packed.keys, packed.signers
        keys += _loaded(meta)
        outer = _packed_calls(packed, keys)
    else:
        signatures = found.signatures
        keys, signers = _keys(found.message, meta)
        outer = [
            _call(at, -1, 1, instruction, keys)
            for at, instruction in enumerate(found.message.instructions)
        ]
    _check_signatures(signatures, signers, keys)
    calls = _with_inner(outer, meta, keys)
    link(calls)
    if not len(keys) == len(meta.preBalances) == len(meta.postBalances):
        raise MalformedTransaction(
            "meta.preBalances",
            f"{len(meta.preBalances)} before and {len(meta.postBalances)} after"
            f" for {len(keys)} accounts",
        )
    time = entry.blockTime
    return ChainTransaction(
        signature=Signature(signatures[0]),
        signature_count=len(signatures),
        slot=Slot(slot),
        block_time=None if time is None else UnixSeconds(time),
        index_in_block=entry.indexWithinBlock,
        keys=keys,
        signers=signers,
        failed=bytes(meta.err) not in _NOT_FAILED,
        fee=meta.fee,
        lamports_before=meta.preBalances,
        lamports_after=meta.postBalances,
        token_accounts=_token_accounts(meta, len(keys)),
        calls=calls,
        logs=bytes(meta.logMessages),
    )


def _check_signatures(signatures: list[str], signers: int, keys: list[str]) -> None:
    if not signatures or not base58.is_signature(signatures[0]):
        raise MalformedTransaction("transaction.signatures[0]", "must be base58 of 64 bytes")
    if not 0 < signers <= len(keys):
        raise MalformedTransaction(
            "transaction.message.header.numRequiredSignatures",
            f"{signers} of {len(keys)} keys",
        )


def _loaded(meta: wire.TransactionMeta) -> list[str]:
    loaded = meta.loadedAddresses
    return [] if loaded is None else loaded.writable + loaded.readonly


def _keys(found: wire.Message, meta: wire.TransactionMeta) -> tuple[list[str], int]:
    keys: list[str] = []
    signers = 0
    for key in found.accountKeys:
        if isinstance(key, str):
            keys.append(key)
        else:
            keys.append(key.pubkey)
            signers += key.signer
    if found.header is not None:
        signers = found.header.numRequiredSignatures
    if len(keys) < len(meta.preBalances):  # json leaves out what lookup tables loaded
        keys += _loaded(meta)
    return keys, signers


def _packed_calls(packed: message.PackedTransaction, keys: list[str]) -> list[Call]:
    calls = []
    for at, instruction in enumerate(packed.instructions):
        call = Call(at, -1, 1, "", instruction.accounts, instruction.data)
        call.program = _program(instruction.program, call, keys)
        _check_accounts(call, len(keys))
        calls.append(call)
    return calls


def _call(
    outer: int,
    inner: int,
    depth: int,
    instruction: wire.Instruction,
    keys: list[str],
) -> Call:
    accounts = instruction.accounts
    call = Call(outer, inner, depth, instruction.programId or "", [], instruction.data)
    if instruction.programIdIndex is not None:
        call.program = _program(instruction.programIdIndex, call, keys)
    elif instruction.programId is None:
        raise MalformedTransaction(f"{call.where}.programIdIndex", "missing")
    if len(instruction.parsed):
        return parsed.restore(call, instruction.parsed, _index(keys))
    if isinstance(accounts, str):
        call.accounts = list(base58.decode(accounts, f"{call.where}.accounts"))
    elif accounts and isinstance(accounts[0], str):
        index = _index(keys)
        call.accounts = [parsed.place(account, index, call) for account in accounts]
    else:
        call.accounts = accounts  # type: ignore[assignment]  # checked just below
    _check_accounts(call, len(keys))
    return call


def _index(keys: list[str]) -> dict[str, int]:
    return {key: at for at, key in enumerate(keys)}


def _program(at: int, call: Call, keys: list[str]) -> str:
    if at >= len(keys):
        raise MalformedTransaction(
            f"{call.where}.programIdIndex", f"{at}, but there are {len(keys)} accounts"
        )
    return keys[at]


def _check_accounts(call: Call, count: int) -> None:
    try:
        if call.accounts and max(call.accounts) >= count:
            raise MalformedTransaction(
                f"{call.where}.accounts",
                f"index {max(call.accounts)}, but there are {count} accounts",
            )
    except TypeError:
        raise MalformedTransaction(
            f"{call.where}.accounts", "mixes indexes and addresses"
        ) from None


def _with_inner(outer: list[Call], meta: wire.TransactionMeta, keys: list[str]) -> list[Call]:
    groups = meta.innerInstructions
    if not groups:
        return outer
    inner: dict[int, list[Call]] = {}
    for place, group in enumerate(groups):
        if group.index >= len(outer):
            raise MalformedTransaction(
                f"meta.innerInstructions[{place}].index",
                f"{group.index}, but there are {len(outer)} instructions",
            )
        if group.index in inner:
            raise MalformedTransaction(f"meta.innerInstructions[{place}].index", "named twice")
        calls = []
        branched = False
        for at, instruction in enumerate(group.instructions):
            call = _call(group.index, at, instruction.stackHeight or 0, instruction, keys)
            if not call.depth:  # older nodes do not say: a leaf belongs to the call before it
                caller = branched and call.program in programs.LEAVES
                call.depth = 3 if caller else 2
            branched = branched or call.program not in programs.LEAVES
            calls.append(call)
        inner[group.index] = calls
    calls = []
    for call in outer:
        calls.append(call)
        calls += inner.get(call.outer, ())
    return calls


def _token_accounts(meta: wire.TransactionMeta, count: int) -> dict[int, TokenAccount]:
    accounts: dict[int, TokenAccount] = {}
    for place, balance in enumerate(meta.preTokenBalances or ()):
        at, amount = _token_balance(balance, count, "meta.preTokenBalances", place)
        accounts[at] = TokenAccount(
            balance.mint, balance.owner, balance.uiTokenAmount.decimals, amount, 0
        )
    for place, balance in enumerate(meta.postTokenBalances or ()):
        at, amount = _token_balance(balance, count, "meta.postTokenBalances", place)
        known = accounts.get(at)
        if known is None:
            accounts[at] = TokenAccount(
                balance.mint, balance.owner, balance.uiTokenAmount.decimals, 0, amount
            )
        else:
            known.after = amount
            if known.mint != balance.mint:
                raise MalformedTransaction(
                    f"meta.postTokenBalances[{place}].mint", "differs from the one before"
                )
    return accounts


def _token_balance(
    balance: wire.TokenBalance, count: int, field: str, place: int
) -> tuple[int, int]:
    at = balance.accountIndex
    if at >= count:
        raise MalformedTransaction(
            f"{field}[{place}].accountIndex", f"{at}, but there are {count} accounts"
        )
    amount = balance.uiTokenAmount.amount
    if isinstance(amount, str):
        if not (amount.isdigit() and amount.isascii() and len(amount) <= _U64_DIGITS):
            raise MalformedTransaction(f"{field}[{place}].uiTokenAmount.amount", "not a number")
        amount = int(amount)
        if amount > U64_MAX:
            raise MalformedTransaction(f"{field}[{place}].uiTokenAmount.amount", "over 64 bits")
    return at, amount
