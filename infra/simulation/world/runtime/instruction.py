"""An instruction together with what executing it does."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from infra.simulation.world.runtime.account import LedgerAccount, Program

if TYPE_CHECKING:
    from infra.simulation.world.runtime.execution import Execution

READ: Final = 0
SIGN: Final = 1
WRITE: Final = 2
SIGN_WRITE: Final = SIGN | WRITE

Effect = Callable[["Execution"], None]


class ProgramFailure(Exception):
    """The program refused. ``reason`` is its error code, or the runtime's word for it."""

    def __init__(self, reason: int | str, *log_lines: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.log_lines = log_lines


class Instruction:
    """A call: accounts with their flags, encoded data, and the ``effect`` of running it.

    ``units`` are the compute units of this program alone, without those it calls.
    """

    __slots__ = ("accounts", "data", "effect", "flags", "program", "units")

    def __init__(
        self,
        program: Program,
        accounts: Sequence[LedgerAccount],
        flags: bytes,
        data: bytes,
        units: int,
        effect: Effect | None,
    ) -> None:
        self.program = program
        self.accounts = accounts
        self.flags = flags
        self.data = data
        self.units = units
        self.effect = effect
