"""One transaction in the one form the rest of the decoder reads, whatever shape it came in."""

from typing import Final

from msgspec import Struct

from domain.chain import base58
from domain.chain.errors import MalformedTransaction
from domain.values import Signature, Slot, UnixSeconds

CALLS_MAX: Final = 1024
"""Solana runs at most 64 instructions a transaction (128 on some clusters); beyond this it lies."""


class Call:
    """One instruction as it ran: ``inner`` -1 for an outer one, ``depth`` 1 for an outer one.

    ``accounts`` are indexes into the transaction's keys. ``end`` is the index, in the
    transaction's calls, just after the last call this one made.
    """

    __slots__ = ("_data", "accounts", "depth", "end", "inner", "outer", "position", "program")

    def __init__(
        self,
        outer: int,
        inner: int,
        depth: int,
        program: str,
        accounts: list[int],
        data: str | bytes,
    ) -> None:
        self.outer = outer
        self.inner = inner
        self.depth = depth
        self.program = program
        self.accounts = accounts
        self._data = data
        self.position = 0
        self.end = 0

    @property
    def data(self) -> bytes:
        """The instruction's bytes, decoded when first asked for."""
        data = self._data
        if isinstance(data, str):
            data = self._data = base58.decode(data, f"{self.where}.data")
        return data

    def restore(self, data: bytes) -> None:
        """Put back what the instruction's parsed form was made from."""
        self._data = data

    @property
    def path(self) -> str:
        """``"outer"`` or ``"outer-inner"``."""
        return str(self.outer) if self.inner < 0 else f"{self.outer}-{self.inner}"

    @property
    def where(self) -> str:
        """The instruction's place, for an error."""
        if self.inner < 0:
            return f"transaction.message.instructions[{self.outer}]"
        return f"meta.innerInstructions[{self.outer}].instructions[{self.inner}]"

    def account(self, place: int) -> int:
        """The key index of account ``place``, or -1 when the instruction has fewer."""
        return self.accounts[place] if place < len(self.accounts) else -1


class TokenAccount(Struct, gc=False):
    """A token account as the transaction found and left it; ``owner`` -1 is not known."""

    mint: str
    owner: str | None
    decimals: int
    before: int
    after: int


class ChainTransaction(Struct):
    """What happened, with every index checked."""

    signature: Signature
    signature_count: int
    slot: Slot
    block_time: UnixSeconds | None
    index_in_block: int | None
    keys: list[str]
    signers: int
    failed: bool
    fee: int
    lamports_before: list[int]
    lamports_after: list[int]
    token_accounts: dict[int, TokenAccount]
    calls: list[Call]
    logs: bytes = b"null"
    balances_known: bool = True


def link(calls: list[Call]) -> None:
    """Fill in where each call's own calls end; raises when there are too many."""
    if len(calls) > CALLS_MAX:
        raise MalformedTransaction(
            "meta.innerInstructions", f"{len(calls)} calls, over {CALLS_MAX}"
        )
    open_calls: list[Call] = []
    for position, call in enumerate(calls):
        call.position = position
        while open_calls and open_calls[-1].depth >= call.depth:
            open_calls.pop().end = position
        open_calls.append(call)
    for call in open_calls:
        call.end = len(calls)
