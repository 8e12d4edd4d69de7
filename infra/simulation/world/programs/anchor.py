"""What every Anchor program shares: discriminators, events by log and by call, its errors."""

import base64
import hashlib
from typing import Final

from infra.simulation.world.runtime.account import LedgerAccount, Program
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import READ, Instruction, ProgramFailure

EVENT_TAG: Final = bytes.fromhex("e445a52e51cb9a1d")
"""First bytes of the instruction a program calls itself with to record an event."""
_READ: Final = bytes((READ,))
_EVENT_UNITS: Final = 2_003


def method(name: str) -> bytes:
    """The eight bytes that name an instruction."""
    return hashlib.sha256(f"global:{name}".encode()).digest()[:8]


def event(name: str) -> bytes:
    """The eight bytes that name an event."""
    return hashlib.sha256(f"event:{name}".encode()).digest()[:8]


def account_tag(name: str) -> bytes:
    """The eight bytes an account's data begin with."""
    return hashlib.sha256(f"account:{name}".encode()).digest()[:8]


def u64(*numbers: int) -> bytes:
    """Little-endian u64s in a row."""
    return b"".join([number.to_bytes(8, "little") for number in numbers])


def text(value: str) -> bytes:
    """A Borsh string."""
    raw = value.encode()
    return len(raw).to_bytes(4, "little") + raw


def log_data(run: Execution, payload: bytes) -> None:
    """Write an event to the log."""
    run.logs.append("Program data: " + base64.b64encode(payload).decode())


def call_event(run: Execution, program: Program, authority: LedgerAccount, payload: bytes) -> None:
    """Record an event as an inner instruction of the program to itself."""
    run.invoke(Instruction(program, (authority,), _READ, EVENT_TAG + payload, _EVENT_UNITS, None))


def refusal(code: int, name: str, message: str, where: str = "") -> ProgramFailure:
    """An Anchor error with its log line."""
    place = f"thrown in {where}" if where else "occurred"
    return ProgramFailure(
        code,
        f"Program log: AnchorError {place}. Error Code: {name}. Error Number: {code}."
        f" Error Message: {message}.",
    )
