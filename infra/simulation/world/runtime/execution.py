"""Runs one transaction's instructions against the ledger, and undoes them when one fails."""

from collections.abc import Callable, Sequence
from typing import Final

from infra.simulation.world.runtime.fill import Fill
from infra.simulation.world.runtime.instruction import Instruction, ProgramFailure
from infra.simulation.world.transaction import InstructionFailure

DEFAULT_UNITS: Final = 200_000
"""Compute units granted to each instruction when no limit is asked for."""
BUILTIN_UNITS: Final = 3_000
MAXIMUM_UNITS: Final = 1_400_000


class Execution:
    """One transaction while it runs: what it logs, whom it calls, and how to take it back."""

    __slots__ = (
        "_depth",
        "block_time",
        "failure",
        "fills",
        "index",
        "inner",
        "limit",
        "logs",
        "returned",
        "slot",
        "undo",
        "used",
    )

    def __init__(self, slot: int, block_time: int, limit: int) -> None:
        self.slot = slot
        self.block_time = block_time
        self.limit = limit
        self.used = 0
        self.logs: list[str] = []
        self.undo: list[Callable[[], None]] = []
        self.inner: list[tuple[int, list[tuple[int, Instruction]]]] = []
        self.failure: InstructionFailure | None = None
        self.fills: list[Fill] = []
        self.returned: str | None = None
        self._depth = 1
        self.index = 0

    def run(self, instructions: Sequence[Instruction]) -> None:
        """Execute until one fails; then ``undo`` runs, and balances are the caller's to restore."""
        for index, instruction in enumerate(instructions):
            self.index = index
            self._depth = 1
            try:
                self._run(instruction)
            except ProgramFailure as refused:
                self.failure = InstructionFailure(index, refused.reason)
                self._take_back()
                return

    def invoke(self, instruction: Instruction) -> None:
        """Call a program from a program, which makes it an inner instruction."""
        inner = self.inner
        depth = self._depth + 1
        if inner and inner[-1][0] == self.index:
            inner[-1][1].append((depth, instruction))
        else:
            inner.append((self.index, [(depth, instruction)]))
        self._depth = depth
        self._run(instruction)
        self._depth = depth - 1

    def log(self, line: str) -> None:
        """Write a line that does not depend on the program running."""
        self.logs.append(line)

    def _run(self, instruction: Instruction) -> None:
        program = instruction.program
        logs = self.logs
        logs.append(program.invoke[self._depth])
        started = self.used
        effect = instruction.effect
        try:
            if effect is not None:
                effect(self)
            self._spend(instruction.units)
        except ProgramFailure as refused:
            logs.extend(refused.log_lines)
            refused.log_lines = ()
            self.used = min(self.used + instruction.units // 2, self.limit)
            if not program.native:
                logs.append(self._consumed(instruction, started))
            logs.append(program.failed + _worded(refused.reason))
            raise
        if not program.native:
            logs.append(self._consumed(instruction, started))
            if self.returned is not None:
                logs.append(self.returned)
                self.returned = None
        logs.append(program.success)

    def _spend(self, units: int) -> None:
        self.used += units
        if self.used > self.limit:
            self.used = self.limit
            raise ProgramFailure("ProgramFailedToComplete")

    def _consumed(self, instruction: Instruction, started: int) -> str:
        return (
            f"{instruction.program.consumed}{self.used - started}"
            f" of {self.limit - started} compute units"
        )

    def _take_back(self) -> None:
        for undo in reversed(self.undo):
            undo()


def _worded(reason: int | str) -> str:
    if isinstance(reason, int):
        return f"custom program error: {reason:#x}"
    if reason == "ProgramFailedToComplete":
        return "Program failed to complete"
    return _WORDS.get(reason, reason)


_WORDS = {
    "InsufficientFunds": "insufficient funds for instruction",
    "InvalidAccountData": "invalid account data for instruction",
    "IllegalOwner": "Provided owner is not allowed",
    "MissingRequiredSignature": "missing required signature for instruction",
}
