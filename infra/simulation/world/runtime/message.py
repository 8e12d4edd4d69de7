"""Lays out a message as Solana does: accounts in their four groups, indices, compact lengths."""

from collections.abc import Sequence

from msgspec import Struct

from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.runtime.instruction import SIGN, WRITE, Instruction
from infra.simulation.world.runtime.lookup import LookupTable
from infra.simulation.world.transaction import (
    LEGACY,
    CompiledInstruction,
    Message,
    TableLookup,
)


class Layout(Struct, frozen=True):
    """A compiled message, its bytes to sign, and the accounts in index order."""

    message: Message
    wire: bytes
    accounts: list[LedgerAccount]
    index: dict[LedgerAccount, int]
    signers: list[LedgerAccount]
    loaded_writable: tuple[str, ...]
    loaded_readonly: tuple[str, ...]


def lay_out(
    payer: LedgerAccount,
    instructions: Sequence[Instruction],
    blockhash: bytes,
    blockhash_text: str,
    tables: Sequence[LookupTable] | None,
) -> Layout:
    """Compile; ``tables`` None makes a legacy message, otherwise version 0."""
    flags = _flags(payer, instructions)
    loaded: tuple[list[LedgerAccount], list[LedgerAccount]] = ([], [])
    lookups: tuple[TableLookup, ...] = ()
    if tables:
        lookups = _look_up(flags, instructions, tables, loaded)
    groups: tuple[list[LedgerAccount], ...] = ([], [], [], [])
    readonly, writable, signing, paying = groups
    for account, flag in flags.items():
        groups[(flag & SIGN) << 1 | (flag & WRITE) >> 1].append(account)
    static = paying + signing + writable + readonly
    accounts = static + loaded[0] + loaded[1]
    index = {account: position for position, account in enumerate(accounts)}
    compiled = compile_all(instructions, index)
    message = Message(
        version=LEGACY if tables is None else 0,
        signer_count=len(paying) + len(signing),
        readonly_signer_count=len(signing),
        readonly_other_count=len(readonly),
        static_accounts=tuple([account.address for account in static]),
        recent_blockhash=blockhash_text,
        instructions=tuple(compiled),
        lookups=lookups,
    )
    return Layout(
        message,
        _encode(message, static, compiled, blockhash, tables),
        accounts,
        index,
        paying + signing,
        tuple([account.address for account in loaded[0]]),
        tuple([account.address for account in loaded[1]]),
    )


def compile_all(
    instructions: Sequence[Instruction], index: dict[LedgerAccount, int]
) -> list[CompiledInstruction]:
    """Replace accounts by their indices."""
    position = index.__getitem__
    return [
        CompiledInstruction(index[i.program], bytes(map(position, i.accounts)), i.data)
        for i in instructions
    ]


def _flags(payer: LedgerAccount, instructions: Sequence[Instruction]) -> dict[LedgerAccount, int]:
    flags = {payer: SIGN | WRITE}
    seen = flags.get
    for instruction in instructions:
        for account, flag in zip(instruction.accounts, instruction.flags, strict=True):
            flags[account] = seen(account, 0) | flag
    for instruction in instructions:
        flags.setdefault(instruction.program, 0)
    return flags


def _look_up(
    flags: dict[LedgerAccount, int],
    instructions: Sequence[Instruction],
    tables: Sequence[LookupTable],
    loaded: tuple[list[LedgerAccount], list[LedgerAccount]],
) -> tuple[TableLookup, ...]:
    """Move what the tables know out of ``flags`` and into ``loaded`` (writable, read-only)."""
    fixed = {instruction.program for instruction in instructions}
    lookups = []
    for table in tables:
        rows: tuple[list[int], list[int]] = ([], [])
        for account in [a for a, flag in flags.items() if not flag & SIGN and a in table.row]:
            if account in fixed:
                continue
            readonly = 0 if flags.pop(account) & WRITE else 1
            rows[readonly].append(table.row[account])
            loaded[readonly].append(account)
        if rows[0] or rows[1]:
            lookups.append(TableLookup(table.account.address, bytes(rows[0]), bytes(rows[1])))
    return tuple(lookups)


def _encode(
    message: Message,
    static: list[LedgerAccount],
    compiled: list[CompiledInstruction],
    blockhash: bytes,
    tables: Sequence[LookupTable] | None,
) -> bytes:
    parts = [
        b"" if message.version == LEGACY else b"\x80",
        bytes(
            (
                message.signer_count,
                message.readonly_signer_count,
                message.readonly_other_count,
                len(static),
            )
        ),
        *[account.key for account in static],
        blockhash,
        bytes((len(compiled),)),
    ]
    add = parts.append
    for instruction in compiled:
        add(bytes((instruction.program_index, len(instruction.accounts))))
        add(instruction.accounts)
        add(short_length(len(instruction.data)))
        add(instruction.data)
    if tables is not None:
        keys = {table.account.address: table.account.key for table in tables}
        add(bytes((len(message.lookups),)))
        for lookup in message.lookups:
            add(keys[lookup.table])
            add(bytes((len(lookup.writable),)) + lookup.writable)
            add(bytes((len(lookup.readonly),)) + lookup.readonly)
    return b"".join(parts)


def short_length(length: int) -> bytes:
    """A length in Solana's compact form: seven bits a byte, low ones first."""
    if length < 0x80:
        return bytes((length,))
    return bytes((length & 0x7F | 0x80, length >> 7))
