"""One transaction in the one form the rest of the decoder reads, whatever shape it came in."""

from typing import Final

from msgspec import Struct

from domain.chain import base58
from domain.chain.errors import MalformedTransaction
from domain.chain.programs import LEAVES
from domain.values import Signature, Slot, UnixSeconds

CALLS_MAX: Final = 1024
"""Solana runs at most 64 instructions a transaction (128 on some clusters); beyond this it lies."""


class Call(Struct, gc=False):
    """One instruction as it ran: ``inner`` -1 for an outer one, ``depth`` 1 for an outer one.

    ``accounts`` are indexes into the transaction's keys, ``written`` the data as it came.
    ``position`` is the call's place among all, ``end`` the place just after the last call it made
    (0 where it makes none by nature), ``event`` whether the program called itself to log an event.
    """

    outer: int
    inner: int
    depth: int
    program: str
    accounts: list[int]
    written: str | bytes
    position: int = 0
    end: int = 0
    event: bool = False

    @property
    def data(self) -> bytes:
        """The instruction's bytes, decoded when first asked for."""
        written = self.written
        if isinstance(written, bytes):
            return written
        try:
            data = self.written = base58.decode(written)
        except ValueError as malformed:
            raise MalformedTransaction(f"{self.where}.data", str(malformed)) from None
        return data

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


class ChainTransaction(Struct, gc=False):
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
    balances_known: bool = True


def link(calls: list[Call]) -> None:
    """Number the calls, and fill in where the own calls of those that make any end.

    Raises MalformedTransaction when there are too many.
    """
    count = len(calls)
    if count > CALLS_MAX:
        raise MalformedTransaction("meta.innerInstructions", f"{count} calls, over {CALLS_MAX}")
    unfinished: list[Call] = []
    for position, call in enumerate(calls):
        call.position = position
        depth = call.depth
        while unfinished and unfinished[-1].depth >= depth:
            unfinished.pop().end = position
        if call.program in LEAVES:
            continue
        if unfinished and unfinished[-1].program == call.program:
            call.event = True
        unfinished.append(call)
    for call in unfinished:
        call.end = count
