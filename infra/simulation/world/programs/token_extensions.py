"""What a Token-2022 mint is told about its extensions before it is initialized.

Encodings: solana-program/token-2022 `extension/*/instruction.rs`; the metadata's instruction:
spl-token-metadata-interface. Log lines are the programs' as far as they are documented.
"""

from typing import Final

from infra.simulation.world.programs import system
from infra.simulation.world.programs.anchor import text
from infra.simulation.world.runtime.account import LedgerAccount, MintState, rent_exempt
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import READ, SIGN, WRITE, Instruction

_TRANSFER_FEE, _PERMANENT_DELEGATE, _METADATA_POINTER = 26, 35, 39
_INITIALIZE_METADATA: Final = bytes((210, 225, 30, 162, 88, 184, 77, 141))
_MINT: Final = bytes((WRITE,))
_HEAD_BYTES: Final = 166
_ENTRY_BYTES: Final = {"transferFeeConfig": 112, "permanentDelegate": 36, "metadataPointer": 68}


def create_mint_account(mint: MintState, payer: LedgerAccount, full_size: int) -> Instruction:
    """Open the account: room for the fixed extensions, rent for the metadata that follow."""
    named = [_ENTRY_BYTES[name] for name in mint.extensions if name in _ENTRY_BYTES]
    size = _HEAD_BYTES + sum(named) if named else 82
    return system.create_account(payer, mint.account, mint.program, rent_exempt(full_size), size)


def initialize(mint: MintState, authority: LedgerAccount) -> list[Instruction]:
    """One instruction for each extension, in the mint's order."""
    made = []
    for name in mint.extensions:
        match name:
            case "transferFeeConfig":
                made.append(_transfer_fee(mint, authority))
            case "permanentDelegate":
                data = bytes((_PERMANENT_DELEGATE,)) + authority.key
                made.append(_said(mint, data, "Instruction: InitializePermanentDelegate"))
            case "metadataPointer":
                data = bytes((_METADATA_POINTER, 0)) + authority.key + mint.account.key
                made.append(_said(mint, data, "MetadataPointerInstruction: Initialize"))
            case _:
                pass
    return made


def describe(mint: MintState, authority: LedgerAccount) -> Instruction:
    """Write name, symbol and address of the picture into the mint itself."""
    data = _INITIALIZE_METADATA + text(mint.name) + text(mint.symbol) + text(mint.uri)
    account = mint.account
    accounts = (account, authority, account, authority)
    flags = bytes((WRITE, READ, READ, SIGN))

    def effect(run: Execution) -> None:
        run.logs.append("Program log: TokenMetadataInstruction: Initialize")

    return Instruction(mint.program, accounts, flags, data, 5_100, effect)


def _transfer_fee(mint: MintState, authority: LedgerAccount) -> Instruction:
    fee = mint.transfer_fee
    basis_points, maximum = (fee.basis_points, fee.maximum) if fee is not None else (0, 0)
    data = bytes((_TRANSFER_FEE, 0)) + (b"\x01" + authority.key) * 2
    data += basis_points.to_bytes(2, "little") + maximum.to_bytes(8, "little")
    return _said(mint, data, "TransferFeeInstruction: InitializeTransferFeeConfig")


def _said(mint: MintState, data: bytes, line: str) -> Instruction:
    def effect(run: Execution) -> None:
        run.logs.append(f"Program log: {line}")

    return Instruction(mint.program, (mint.account,), _MINT, data, 1_300, effect)
