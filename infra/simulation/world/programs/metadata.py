"""The token metadata program: a name and a symbol beside a mint."""

from typing import Final

from infra.simulation.world.layouts.metadata import METADATA_BYTES, metaplex_bytes
from infra.simulation.world.programs import system
from infra.simulation.world.programs.anchor import text
from infra.simulation.world.programs.ids import METADATA, SYSTEM
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import READ, SIGN_WRITE, WRITE, Instruction
from infra.simulation.world.runtime.ledger import Ledger

RENT: Final = 15_616_720
"""Lamports of 679 bytes and the program's own fee, as recorded in transaction 2s393PSY…"""
_FLAGS: Final = bytes((WRITE, READ, READ, SIGN_WRITE, READ, READ))


def address_of(ledger: Ledger, mint: MintState) -> LedgerAccount:
    """Where a mint's metadata live."""
    return ledger.derived(METADATA, b"metadata", METADATA.key, mint.account.key)


def create(
    metadata: LedgerAccount,
    mint: MintState,
    authority: LedgerAccount,
    payer: LedgerAccount,
) -> Instruction:
    """Write ``mint``'s name, symbol and the address of its picture."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: IX: Create Metadata Accounts v3")
        run.invoke(system.transfer(payer, metadata, RENT))
        run.logs.append("Program log: Allocate space for the account")
        run.invoke(_bare(metadata, b"\x08\0\0\0" + METADATA_BYTES.to_bytes(8, "little")))
        run.logs.append("Program log: Assign the account to the owning program")
        run.invoke(_bare(metadata, b"\x01\0\0\0" + METADATA.key))
        run.undo.append(lambda: setattr(metadata, "program", SYSTEM.address))
        metadata.program = METADATA.address
        metadata.encode = lambda: metaplex_bytes(mint, authority.key)

    data = b"\x21" + text(mint.name) + text(mint.symbol) + text(mint.uri) + _details(mint)
    accounts = (metadata, mint.account, authority, payer, authority, SYSTEM)
    return Instruction(METADATA, accounts, _FLAGS, data, 46_009, effect)


def _details(mint: MintState) -> bytes:
    """No royalty, creators, collection or uses; whether it may change; no collection details."""
    return bytes(5) + bytes((mint.mutable, 0))


def _bare(account: LedgerAccount, data: bytes) -> Instruction:
    return Instruction(SYSTEM, (account,), bytes((SIGN_WRITE,)), data, system.UNITS, None)
