"""The system program: pay lamports, open accounts."""

from typing import Final

from infra.simulation.world.programs.ids import SYSTEM
from infra.simulation.world.runtime.account import LedgerAccount, Program
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import (
    SIGN_WRITE,
    WRITE,
    Instruction,
    ProgramFailure,
)

UNITS: Final = 150
_PAY: Final = bytes((SIGN_WRITE, WRITE))
_OPEN: Final = bytes((SIGN_WRITE, SIGN_WRITE))
_TRANSFER: Final = (2).to_bytes(4, "little")
_CREATE_ACCOUNT: Final = bytes(4)
_RESULT_WITH_NEGATIVE_LAMPORTS: Final = 1


def transfer(source: LedgerAccount, destination: LedgerAccount, lamports: int) -> Instruction:
    """Pay ``lamports``."""

    def effect(_run: Execution) -> None:
        move(source, destination, lamports)

    data = _TRANSFER + lamports.to_bytes(8, "little")
    return Instruction(SYSTEM, (source, destination), _PAY, data, UNITS, effect)


def create_account(
    payer: LedgerAccount, account: LedgerAccount, owner: Program, lamports: int, size: int
) -> Instruction:
    """Open ``account`` with room for ``size`` bytes under ``owner``; both must sign."""

    def effect(run: Execution) -> None:
        before = account.program
        run.undo.append(lambda: setattr(account, "program", before))
        move(payer, account, lamports)
        account.program = owner.address

    data = _CREATE_ACCOUNT + lamports.to_bytes(8, "little") + size.to_bytes(8, "little") + owner.key
    return Instruction(SYSTEM, (payer, account), _OPEN, data, UNITS, effect)


def move(source: LedgerAccount, destination: LedgerAccount, lamports: int) -> None:
    """Take from one, give to the other; refuses an overdraft as the program does."""
    if source.lamports < lamports:
        raise ProgramFailure(
            _RESULT_WITH_NEGATIVE_LAMPORTS,
            f"Transfer: insufficient lamports {source.lamports}, need {lamports}",
        )
    source.lamports -= lamports
    destination.lamports += lamports
