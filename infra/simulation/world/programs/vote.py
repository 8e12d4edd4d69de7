"""Votes: most of what a real block holds, and nothing a tracker cares about."""

import hashlib
from typing import Final

from infra.simulation.world.programs.ids import VOTE
from infra.simulation.world.runtime.account import LedgerAccount
from infra.simulation.world.runtime.instruction import SIGN_WRITE, WRITE, Instruction

_TOWER_SYNC: Final = (14).to_bytes(4, "little")
_FLAGS: Final = bytes((WRITE, SIGN_WRITE))
_LOCKOUTS: Final = 31


def tower_sync(
    vote_account: LedgerAccount, authority: LedgerAccount, root: int, blockhash: bytes, now: int
) -> Instruction:
    """Vote for the last slots; shaped as recorded in mainnet block 332254855."""
    offsets = b"".join(bytes((1, _LOCKOUTS - place)) for place in range(_LOCKOUTS))
    data = (
        _TOWER_SYNC
        + root.to_bytes(8, "little")
        + bytes((_LOCKOUTS,))
        + offsets
        + blockhash
        + b"\x01"
        + now.to_bytes(8, "little")
        + hashlib.sha256(b"fork" + blockhash).digest()
    )
    return Instruction(VOTE, (vote_account, authority), _FLAGS, data, 2_100, None)
