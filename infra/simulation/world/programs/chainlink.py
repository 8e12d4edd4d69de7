"""The SOL/USD price feed: a report goes to the OCR2 program, which submits it to the store.

The account's layout: smartcontractkit/chainlink-solana `programs/store/src/state.rs`; the
calls: recorded mainnet transaction 5apMNrQc…. Oracles' signatures inside the report are
drawn, not made: no program here checks them.
"""

import hashlib
from typing import Final

from infra.simulation.world.programs.ids import CHAINLINK_OCR2, CHAINLINK_STORE
from infra.simulation.world.runtime.account import LedgerAccount, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import READ, SIGN_WRITE, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

FEED: Final = "CH31Xns5z3M1cTAbKW34jcxPPciazARpijcHj9rxtemt"
DECIMALS: Final = 8
_SUBMIT: Final = bytes.fromhex("58a666b5a27faa30")
_TRANSMISSIONS: Final = bytes.fromhex("60b3454280814975")
_LIVE: Final = 1
_HISTORY: Final = 0
_ENTRY_BYTES: Final = 48
_FLAGS: Final = bytes((WRITE, SIGN_WRITE, WRITE, READ, READ, READ))
_INSTRUCTIONS_SYSVAR: Final = "Sysvar1nstructions1111111111111111111111111"


class PriceFeed:
    """The feed account and who writes to it; ``answer`` has 8 decimals."""

    def __init__(self, ledger: Ledger, transmitter: LedgerAccount) -> None:
        size = 200 + (_LIVE + _HISTORY) * _ENTRY_BYTES
        self.account = ledger.known(FEED, CHAINLINK_STORE.address, rent_exempt(size))
        self.account.encode = self._encode
        self.transmitter = transmitter
        self._owner = ledger.fresh("1" * 32, 10**9)
        self._state = ledger.fresh(CHAINLINK_OCR2.address, 49_054_080)
        self._authority = ledger.derived(CHAINLINK_OCR2, b"store", self._state.key, owner="1" * 32)
        self._sysvar = ledger.known(_INSTRUCTIONS_SYSVAR)
        self.round = 0
        self.answer = 0
        self.answered_at = 0
        self.answered_slot = 0

    def transmit(self, answer: int, observed_at: int) -> Instruction:
        """Report ``answer``."""

        def effect(run: Execution) -> None:
            run.invoke(self._submit(answer, observed_at))

        round_id = (self.round + 1).to_bytes(4, "big")
        digest = hashlib.sha256(b"config" + self._state.key).digest()
        context = digest + bytes(28) + round_id + b"\x01" + hashlib.sha256(round_id).digest()
        report = observed_at.to_bytes(4, "big") + bytes(32) + answer.to_bytes(16, "big")
        data = b"\xfd" + context + report + hashlib.sha512(round_id + digest).digest() * 4
        accounts = (
            self._state,
            self.transmitter,
            self.account,
            CHAINLINK_STORE,
            self._authority,
            self._sysvar,
        )
        return Instruction(CHAINLINK_OCR2, accounts, _FLAGS, data, 164_256, effect)

    def _submit(self, answer: int, observed_at: int) -> Instruction:
        def effect(run: Execution) -> None:
            run.logs.append("Program log: Instruction: Submit")
            before = (self.round, self.answer, self.answered_at, self.answered_slot)

            def undo() -> None:
                self.round, self.answer, self.answered_at, self.answered_slot = before

            run.undo.append(undo)
            self.round += 1
            self.answer, self.answered_at, self.answered_slot = answer, observed_at, run.slot
            self.account.slot = run.slot

        data = _SUBMIT + observed_at.to_bytes(8, "little") + answer.to_bytes(16, "little")
        flags = bytes((WRITE, READ))
        accounts = (self.account, self._authority)
        return Instruction(CHAINLINK_STORE, accounts, flags, data, 4_428, effect)

    def _encode(self) -> bytes:
        head = _TRANSMISSIONS + b"\x02\x01" + self._owner.key + bytes(32)
        head += self._authority.key + b"SOL / USD".ljust(32, b"\0")
        head += bytes((DECIMALS,)) + bytes(4) + self.round.to_bytes(4, "little") + b"\x01"
        head += _LIVE.to_bytes(4, "little") + (0).to_bytes(4, "little")
        entry = self.answered_slot.to_bytes(8, "little")
        entry += self.answered_at.to_bytes(4, "little") + bytes(4)
        entry += self.answer.to_bytes(16, "little")
        return head.ljust(200, b"\0") + entry.ljust(_ENTRY_BYTES, b"\0")
