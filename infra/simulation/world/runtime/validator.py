"""Turns a signed intention into a transaction of a block: fee, execution, balances, signature."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.execution import (
    BUILTIN_UNITS,
    DEFAULT_UNITS,
    MAXIMUM_UNITS,
    Execution,
)
from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import Instruction
from infra.simulation.world.runtime.lookup import LookupTable
from infra.simulation.world.runtime.message import Layout, lay_out
from infra.simulation.world.transaction import (
    CompiledInstruction,
    SimulatedTransaction,
    TokenBalance,
    TransactionMeta,
)

LAMPORTS_PER_SIGNATURE: Final = 5_000
PACKET_BYTES: Final = 1_232
"""The most a serialized transaction may take: one IPv6 packet less its headers."""
_MICRO: Final = 1_000_000

Held = tuple[int, MintState | None, LedgerAccount | None, int]
"""Lamports, mint, holder and amount of an account."""


class NobodySignsFor(Exception):
    """A message names as signer an address without a key: our own mistake."""


class BlockContext(Struct):
    """What a validator knows of the block it fills; ``collected`` sums the fees."""

    slot: int
    block_time: int
    blockhash: bytes
    blockhash_text: str
    tables: Sequence[LookupTable]
    collected: int = 0
    signatures: set[str] = field(default_factory=set)


class Request(Struct, frozen=True):
    """What a wallet signs: ``unit_limit`` 0 asks for the default, ``tables`` None is legacy.

    ``extra_signers`` are accounts the message names as signers beside the payer; their order
    follows from the message.
    """

    payer: LedgerAccount
    instructions: Sequence[Instruction]
    tables: Sequence[LookupTable] | None = None
    unit_limit: int = 0
    unit_price: int = 0


class Outcome(Struct, frozen=True):
    """A processed transaction and what its swaps moved."""

    transaction: SimulatedTransaction
    fills: list[Fill]


def process(request: Request, block: BlockContext, index: int) -> Outcome | None:
    """Charge, execute and record; the ledger holds the outcome afterwards.

    None when a validator would not take it: the very same message is in the block already, the
    payer cannot pay the fee, or it does not fit into a packet even with lookup tables.
    """
    instructions = request.instructions
    payer = request.payer
    layout = _fitting(request, block)
    if layout is None:
        return None
    limit = request.unit_limit or _default_limit(instructions)
    fee = LAMPORTS_PER_SIGNATURE * len(layout.signers)
    fee += -(-limit * request.unit_price // _MICRO)
    signatures, wire = _sign(layout)
    if signatures[0] in block.signatures or payer.lamports < fee:
        return None
    block.signatures.add(signatures[0])
    execution = Execution(block.slot, block.block_time, limit)
    before = _held(layout.accounts)
    payer.lamports -= fee
    block.collected += fee
    execution.run(instructions)
    if execution.failure is not None:
        _restore(layout.accounts, before)
        payer.lamports -= fee
    after = _held(layout.accounts)
    slot = block.slot
    for account, old, new in zip(layout.accounts, before, after, strict=True):
        if old != new:
            account.slot = slot
    transaction = SimulatedTransaction(
        signature=signatures[0],
        slot=slot,
        index=index,
        block_time=block.block_time,
        wire=wire,
        signatures=signatures,
        message=layout.message,
        meta=_meta(execution, layout, fee, before, after),
        accounts=layout.message.static_accounts + layout.loaded_writable + layout.loaded_readonly,
    )
    return Outcome(transaction, execution.fills)


def _fitting(request: Request, block: BlockContext) -> Layout | None:
    """The message as asked for, or with lookup tables when it is too large otherwise."""
    layout = lay_out(
        request.payer,
        request.instructions,
        block.blockhash,
        block.blockhash_text,
        request.tables,
    )
    if _packet_bytes(layout) <= PACKET_BYTES:
        return layout
    layout = lay_out(
        request.payer, request.instructions, block.blockhash, block.blockhash_text, block.tables
    )
    return layout if _packet_bytes(layout) <= PACKET_BYTES else None


def _packet_bytes(layout: Layout) -> int:
    return 1 + 64 * len(layout.signers) + len(layout.wire)


def _default_limit(instructions: Sequence[Instruction]) -> int:
    granted = sum(BUILTIN_UNITS if i.program.native else DEFAULT_UNITS for i in instructions)
    return min(granted, MAXIMUM_UNITS)


def _restore(accounts: Sequence[LedgerAccount], before: Sequence[Held]) -> None:
    for account, held in zip(accounts, before, strict=True):
        account.lamports, account.mint, account.holder, account.amount = held


def _held(accounts: Sequence[LedgerAccount]) -> list[Held]:
    return [(a.lamports, a.mint, a.holder, a.amount) for a in accounts]


def _sign(layout: Layout) -> tuple[tuple[str, ...], bytes]:
    made = []
    for signer in layout.signers:
        if signer.keypair is None:
            raise NobodySignsFor(signer.address)
        made.append(signer.keypair.sign_message(layout.wire))
    wire = bytes((len(made),)) + b"".join([bytes(s) for s in made]) + layout.wire
    return tuple([str(s) for s in made]), wire


def _meta(
    execution: Execution,
    layout: Layout,
    fee: int,
    before: list[Held],
    after: list[Held],
) -> TransactionMeta:
    return TransactionMeta(
        err=execution.failure,
        fee=fee,
        pre_balances=tuple([held[0] for held in before]),
        post_balances=tuple([held[0] for held in after]),
        pre_token_balances=_token_balances(before),
        post_token_balances=_token_balances(after),
        inner_instructions=_inner(execution, layout.index),
        log_messages=tuple(execution.logs),
        loaded_writable=layout.loaded_writable,
        loaded_readonly=layout.loaded_readonly,
        compute_units_consumed=execution.used,
    )


def _token_balances(held: list[Held]) -> tuple[TokenBalance, ...]:
    return tuple(
        [
            _token_balance(index, mint, holder, amount)
            for index, (_, mint, holder, amount) in enumerate(held)
            if mint is not None and holder is not None
        ]
    )


def _token_balance(index: int, mint: MintState, holder: LedgerAccount, amount: int) -> TokenBalance:
    return TokenBalance(
        index, mint.address, holder.address, mint.program.address, amount, mint.decimals
    )


def _inner(
    execution: Execution, index: dict[LedgerAccount, int]
) -> tuple[tuple[int, tuple[CompiledInstruction, ...]], ...]:
    position = index.__getitem__
    return tuple(
        [
            (
                outer,
                tuple(
                    [
                        CompiledInstruction(
                            index[call.program],
                            bytes(map(position, call.accounts)),
                            call.data,
                            depth,
                        )
                        for depth, call in calls
                    ]
                ),
            )
            for outer, calls in execution.inner
        ]
    )
