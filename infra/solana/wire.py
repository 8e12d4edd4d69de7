"""What goes over the wire, as far as we read it; results stay raw until somebody needs them."""

from typing import Final, Literal

import msgspec
from msgspec import Raw, Struct

Commitment = Literal["processed", "confirmed", "finalized"]


class Refusal(Struct, frozen=True):
    """The ``error`` of an answer."""

    code: int
    message: str = ""


class Answer(Struct, frozen=True):
    """One JSON-RPC answer; ``result`` holds the node's own bytes."""

    id: int | None = None
    result: Raw = Raw(b"")
    error: Refusal | None = None


class Listed(Struct, frozen=True):
    """One entry of an address's history."""

    signature: str
    slot: int


class Context(Struct, frozen=True):
    """As of which slot an answer is."""

    slot: int


class Status(Struct, frozen=True, rename="camel"):
    """What became of a transaction."""

    slot: int
    confirmation_status: Commitment | None = None
    confirmations: int | None = None

    @property
    def is_final(self) -> bool:
        """Whether no fork can drop it; old nodes say so by leaving the count out."""
        if self.confirmation_status is None:
            return self.confirmations is None
        return self.confirmation_status == "finalized"


class Statuses(Struct, frozen=True):
    """An answer of getSignatureStatuses."""

    context: Context
    value: list[Status | None]


class BlockSignatures(Struct, frozen=True, rename="camel"):
    """A block's transactions by name, in its order."""

    parent_slot: int
    signatures: list[str] = []


class Lamports(Struct, frozen=True):
    """The part of an account we ask for."""

    lamports: int


class Balances(Struct, frozen=True):
    """An answer of getMultipleAccounts; None is an account that does not exist."""

    context: Context
    value: list[Lamports | None]


answers: Final = msgspec.json.Decoder(list[Answer])
answer: Final = msgspec.json.Decoder(Answer)
listed: Final = msgspec.json.Decoder(list[Listed])
statuses: Final = msgspec.json.Decoder(Statuses)
block_signatures: Final = msgspec.json.Decoder(BlockSignatures)
balances: Final = msgspec.json.Decoder(Balances)
slots: Final = msgspec.json.Decoder(list[int])
slot: Final = msgspec.json.Decoder(int)
encode: Final = msgspec.json.Encoder().encode
