"""A transaction that happened on the simulated chain, in integers and bytes."""

from typing import Final

from msgspec import Struct

LEGACY: Final = "legacy"
"""The version of a transaction without one; the other is the integer 0."""


class CompiledInstruction(Struct, frozen=True, gc=False):
    """One call as the message carries it; ``accounts`` are indices, one byte each.

    ``stack_height`` is 1 for the message's own instructions and 2 or more for inner ones.
    """

    program_index: int
    accounts: bytes
    data: bytes
    stack_height: int = 1


class TableLookup(Struct, frozen=True, gc=False):
    """Which rows of an address lookup table a version 0 message loads."""

    table: str
    writable: bytes
    readonly: bytes


class Message(Struct, frozen=True):
    """What was signed. ``version`` is ``"legacy"`` or 0."""

    version: str | int
    signer_count: int
    readonly_signer_count: int
    readonly_other_count: int
    static_accounts: tuple[str, ...]
    recent_blockhash: str
    instructions: tuple[CompiledInstruction, ...]
    lookups: tuple[TableLookup, ...]


class TokenBalance(Struct, frozen=True, gc=False):
    """What one token account of the transaction held, in base units."""

    account_index: int
    mint: str
    owner: str
    program: str
    amount: int
    decimals: int


class InstructionFailure(Struct, frozen=True, gc=False):
    """Which instruction failed; ``reason`` is the program's own code, or the runtime's word."""

    index: int
    reason: int | str


class TransactionMeta(Struct, frozen=True):
    """What the validator wrote down about the execution.

    ``inner_instructions`` pairs the index of an outer instruction with what it called, in
    order of execution. Balances are in the order of ``SimulatedTransaction.accounts``.
    """

    err: InstructionFailure | None
    fee: int
    pre_balances: tuple[int, ...]
    post_balances: tuple[int, ...]
    pre_token_balances: tuple[TokenBalance, ...]
    post_token_balances: tuple[TokenBalance, ...]
    inner_instructions: tuple[tuple[int, tuple[CompiledInstruction, ...]], ...]
    log_messages: tuple[str, ...]
    loaded_writable: tuple[str, ...]
    loaded_readonly: tuple[str, ...]
    compute_units_consumed: int


class SimulatedTransaction(Struct, frozen=True):
    """One transaction in its block: the signed bytes and what came of them.

    ``accounts`` is every address it mentions, static ones first, then the loaded ones.
    """

    signature: str
    slot: int
    index: int
    block_time: int
    wire: bytes
    signatures: tuple[str, ...]
    message: Message
    meta: TransactionMeta
    accounts: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether it only paid its fee."""
        return self.meta.err is not None


class Block(Struct, frozen=True):
    """One produced block; skipped slots show as a gap between ``parent_slot`` and ``slot``."""

    slot: int
    parent_slot: int
    block_time: int
    block_height: int
    blockhash: str
    previous_blockhash: str
    transactions: tuple[SimulatedTransaction, ...]


class Account(Struct, frozen=True):
    """An account as ``getAccountInfo`` shows it; ``slot`` is when it last changed."""

    lamports: int
    owner: str
    data: bytes
    executable: bool
    slot: int
