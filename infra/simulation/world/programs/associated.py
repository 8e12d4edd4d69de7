"""The associated token account program: the account where a wallet keeps a mint.

Order of its inner calls, their logs and units: recorded mainnet block 332254855.
"""

from typing import Final

from infra.simulation.world.programs import system
from infra.simulation.world.programs.ids import ASSOCIATED_TOKEN, SYSTEM
from infra.simulation.world.programs.token import enrol
from infra.simulation.world.runtime.account import LedgerAccount, MintState, Program
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import (
    READ,
    SIGN_WRITE,
    WRITE,
    Instruction,
    ProgramFailure,
)

_FLAGS: Final = bytes((SIGN_WRITE, WRITE, READ, READ, READ, READ))
_OWN_UNITS: Final = 13_145
_ALREADY_EXISTS: Final = "Program log: Error: Associated token account already exists"


def create(
    payer: LedgerAccount,
    account: LedgerAccount,
    holder: LedgerAccount,
    mint: MintState,
    *,
    idempotent: bool = True,
) -> Instruction:
    """Open ``holder``'s account for ``mint``; ``idempotent`` is content when it exists."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: CreateIdempotent" if idempotent else "Program log: Create")
        if account.mint is not None:
            if idempotent:
                return
            raise ProgramFailure("IllegalOwner", _ALREADY_EXISTS)
        open_account(run, payer, account, holder, mint)

    accounts = (payer, account, holder, mint.account, SYSTEM, mint.program)
    data = b"\x01" if idempotent else b""
    units = _OWN_UNITS if account.mint is None else 4_339
    return Instruction(ASSOCIATED_TOKEN, accounts, _FLAGS, data, units, effect)


def open_account(
    run: Execution,
    payer: LedgerAccount,
    account: LedgerAccount,
    holder: LedgerAccount,
    mint: MintState,
) -> None:
    """The four calls that make an associated token account."""
    run.invoke(_account_size(mint))
    run.invoke(_create(payer, account, mint))
    run.logs.append("Program log: Initialize the associated token account")
    run.invoke(_immutable_owner(account, mint.program))
    run.invoke(initialize_account(account, holder, mint))


def initialize_account(
    account: LedgerAccount, holder: LedgerAccount, mint: MintState, units: int = 3_158
) -> Instruction:
    """Make an allocated account hold ``mint`` for ``holder``."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: InitializeAccount3")
        account.mint, account.holder = mint, holder
        account.amount = account.lamports - mint.rent if mint.native else 0
        account.frozen = False
        enrol(account, mint, holder, present=True)
        run.undo.append(lambda: enrol(account, mint, holder, present=False))

    data = b"\x12" + holder.key
    flags = bytes((WRITE, READ))
    return Instruction(mint.program, (account, mint.account), flags, data, units, effect)


def _account_size(mint: MintState) -> Instruction:
    size_text = mint.size_text

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: GetAccountDataSize")
        run.returned = mint.program.returned + size_text

    return Instruction(mint.program, (mint.account,), b"\0", b"\x15\x07\0", 1_569, effect)


def _create(payer: LedgerAccount, account: LedgerAccount, mint: MintState) -> Instruction:
    return system.create_account(payer, account, mint.program, mint.rent, mint.token_account_size)


def _immutable_owner(account: LedgerAccount, program: Program) -> Instruction:
    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: InitializeImmutableOwner")
        if program.address.startswith("Tokenkeg"):
            run.logs.append(
                "Program log: Please upgrade to SPL Token 2022 for immutable owner support"
            )

    return Instruction(program, (account,), bytes((WRITE,)), b"\x16", 1_405, effect)
