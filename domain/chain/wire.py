"""The parts of a transaction's JSON the decoder reads; every other field is skipped unread.

Field names are the node's and Helius'. Sources: Solana's RPC documents (getTransaction, getBlock,
"json" structures) and helius-labs/docs, openapi/webhooks.yaml.
"""
# ruff: noqa: N815 (camelCase is the chain's)

from typing import Annotated, Final

from msgspec import Meta, MsgspecError, Raw, Struct
from msgspec.json import Decoder

from domain.chain.errors import MalformedTransaction

I64_MAX: Final = 2**63 - 1
Unsigned63 = Annotated[int, Meta(ge=0, le=I64_MAX)]
Signed64 = Annotated[int, Meta(ge=-I64_MAX - 1, le=I64_MAX)]
Index = Annotated[int, Meta(ge=0, le=255)]
"""Solana indexes accounts and instructions of one transaction with one byte."""
Height = Annotated[int, Meta(ge=1, le=64)]


class Key(Struct, gc=False):
    """An account key as jsonParsed writes it."""

    pubkey: str
    signer: bool = False


class Header(Struct, gc=False):
    """How many of the first keys signed."""

    numRequiredSignatures: Index


class Instruction(Struct, gc=False):
    """An instruction as json (indexes), jsonParsed (addresses, or ``parsed``) writes it."""

    programIdIndex: Index | None = None
    accounts: list[Index | str] | str = ""
    data: str = ""
    stackHeight: Height | None = None
    programId: str | None = None
    parsed: Raw = Raw()


class InnerInstructions(Struct, gc=False):
    """What outer instruction ``index`` called."""

    index: Index
    instructions: list[Instruction]


class Message(Struct, gc=False):
    """The signed part."""

    accountKeys: list[str | Key]
    instructions: list[Instruction]
    header: Header | None = None


class JsonTransaction(Struct, gc=False):
    """A transaction in json or jsonParsed."""

    signatures: list[str]
    message: Message


class UiAmount(Struct, gc=False):
    """A token amount; Helius' specification writes it as a number, the chain as text."""

    amount: str | Unsigned63
    decimals: Index


class TokenBalance(Struct, gc=False):
    """A token account before or after; ``owner`` is missing before slot 111,491,819."""

    accountIndex: Index
    mint: str
    uiTokenAmount: UiAmount
    owner: str | None = None
    programId: str | None = None


class LoadedAddresses(Struct, gc=False):
    """Keys from lookup tables, appended to the static ones: writable first."""

    writable: list[str]
    readonly: list[str]


class TransactionMeta(Struct, gc=False):
    """What running it did."""

    preBalances: list[Unsigned63]
    postBalances: list[Unsigned63]
    fee: Unsigned63 | None = None
    err: Raw = Raw(b"null")
    innerInstructions: list[InnerInstructions] | None = None
    preTokenBalances: list[TokenBalance] | None = None
    postTokenBalances: list[TokenBalance] | None = None
    loadedAddresses: LoadedAddresses | None = None
    loadedWritableAddresses: list[str] = []
    loadedReadonlyAddresses: list[str] = []


class Timestamp(Struct, gc=False):
    """A block's time as Yellowstone (Geyser over gRPC) writes it in JSON."""

    timestamp: str | Signed64


class RawEntry(Struct, gc=False):
    """A getTransaction result, a Helius raw entry or an entry of getBlock; or a hint of another.

    ``result`` set means a JSON-RPC response, ``accountData`` set a Helius enhanced entry.
    """

    slot: Unsigned63 | None = None
    blockTime: Signed64 | Timestamp | None = None
    indexWithinBlock: Unsigned63 | None = None
    transaction: JsonTransaction | list[str] | None = None
    meta: TransactionMeta | None = None
    result: Raw = Raw()
    accountData: Raw = Raw()


raw_entry: Final = Decoder(RawEntry)


lax_raw_entry: Final = Decoder(RawEntry, strict=False)
"""Yellowstone writes 64-bit numbers as text."""


def seconds(time: int | Timestamp | None) -> int | None:
    """The time in seconds, however it is written; raises MalformedTransaction."""
    if time is None or isinstance(time, int):
        return time
    text = time.timestamp
    if isinstance(text, int):
        return text
    if not (text.isdigit() and text.isascii() and len(text) <= 18):
        raise MalformedTransaction("blockTime.timestamp", "not a number of seconds")
    return int(text)


def refusal(malformed: MsgspecError) -> MalformedTransaction:
    """Names the field msgspec stumbled over."""
    problem, _, place = str(malformed).partition(" - at `$")
    return MalformedTransaction(place.strip("`.") or "transaction", problem)


class Signatures(Struct, gc=False):
    """Only what names a transaction."""

    signatures: list[str] = []


class EntryKey(Struct, gc=False):
    """Only what files an entry away; the rest is not looked at."""

    slot: Unsigned63 | None = None
    blockTime: Signed64 | Timestamp | None = None
    timestamp: Signed64 | None = None
    indexWithinBlock: Unsigned63 | None = None
    signature: str | None = None
    transaction: Signatures | list[str] | None = None
    transactions: list[Raw] | None = None
    result: Raw = Raw()
    error: Raw = Raw()


class BlockEntry(Struct, gc=False):
    """One entry of getBlock, its parts as they came."""

    transaction: Raw
    meta: Raw = Raw(b"null")
    version: Raw = Raw(b"null")


entry_key: Final = Decoder(EntryKey)
block_entry: Final = Decoder(BlockEntry)
block_transaction: Final = Decoder(Signatures | list[str])
entries: Final = Decoder(list[Raw])
