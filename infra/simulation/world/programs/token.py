"""The two token programs: what each instruction encodes, logs and moves.

Instruction tags and account orders: solana-program/token and token-2022, `instruction.rs`.
Compute units: as consumed in the recorded mainnet block 332254855.
"""

from typing import Final

from infra.simulation.world.programs.ids import TOKEN
from infra.simulation.world.runtime.account import LedgerAccount, MintState
from infra.simulation.world.runtime.execution import Execution
from infra.simulation.world.runtime.instruction import (
    READ,
    SIGN,
    WRITE,
    Instruction,
    ProgramFailure,
)

INSUFFICIENT_FUNDS: Final = 1
MINT_MISMATCH: Final = 3
OWNER_MISMATCH: Final = 4
UNINITIALIZED: Final = 9
ACCOUNT_FROZEN: Final = 17

_MOVE: Final = bytes((WRITE, WRITE, SIGN))
_CHECKED: Final = bytes((WRITE, READ, WRITE, SIGN))
_ONE: Final = bytes((WRITE,))


def transfer(
    source: LedgerAccount, destination: LedgerAccount, owner: LedgerAccount, amount: int
) -> Instruction:
    """Move ``amount`` base units."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: Transfer")
        move(run, source, destination, amount)

    data = b"\x03" + amount.to_bytes(8, "little")
    return Instruction(TOKEN, (source, destination, owner), _MOVE, data, 4_645, effect)


def transfer_checked(
    source: LedgerAccount,
    mint: MintState,
    destination: LedgerAccount,
    owner: LedgerAccount,
    amount: int,
) -> Instruction:
    """Move ``amount`` base units, naming the mint; a Token-2022 fee is withheld on arrival."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: TransferChecked")
        move(run, source, destination, amount)

    data = b"\x0c" + amount.to_bytes(8, "little") + bytes((mint.decimals,))
    accounts = (source, mint.account, destination, owner)
    return Instruction(mint.program, accounts, _CHECKED, data, 6_147, effect)


def move(run: Execution, source: LedgerAccount, destination: LedgerAccount, amount: int) -> None:
    """Check and carry out a transfer."""
    mint = source.mint
    if mint is None or destination.mint is None:
        raise ProgramFailure("InvalidAccountData")
    if destination.mint is not mint:
        raise ProgramFailure(
            MINT_MISMATCH, "Program log: Error: Account not associated with this Mint"
        )
    if source.frozen or destination.frozen:
        raise ProgramFailure(ACCOUNT_FROZEN, "Program log: Error: Account is frozen")
    if source.amount < amount:
        raise ProgramFailure(INSUFFICIENT_FUNDS, "Program log: Error: insufficient funds")
    source.amount -= amount
    fee = mint.transfer_fee
    if fee is not None:
        withheld = fee.of(amount)
        before = mint.withheld.get(destination, 0)
        run.undo.append(lambda: mint.withheld.__setitem__(destination, before))
        mint.withheld[destination] = before + withheld
        destination.amount += amount - withheld
    else:
        destination.amount += amount
    if mint.native:
        source.lamports -= amount
        destination.lamports += amount


def initialize_mint(
    mint: MintState, authority: LedgerAccount, freezer: LedgerAccount | None
) -> Instruction:
    """Begin a token whose supply ``authority`` makes."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: InitializeMint2")
        run.undo.append(lambda: setattr(mint, "mint_authority", None))
        run.undo.append(lambda: setattr(mint, "freeze_authority", None))
        mint.mint_authority, mint.freeze_authority = authority, freezer

    data = b"\x14" + bytes((mint.decimals,)) + authority.key
    data += b"\x00" if freezer is None else b"\x01" + freezer.key
    return Instruction(mint.program, (mint.account,), _ONE, data, 2_780, effect)


def mint_to(
    mint: MintState, destination: LedgerAccount, authority: LedgerAccount, amount: int
) -> Instruction:
    """Make ``amount`` new base units."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: MintTo")
        if mint.mint_authority is not authority:
            raise ProgramFailure(OWNER_MISMATCH, "Program log: Error: owner does not match")
        _supply(run, mint, amount)
        destination.amount += amount

    data = b"\x07" + amount.to_bytes(8, "little")
    accounts = (mint.account, destination, authority)
    return Instruction(mint.program, accounts, _MOVE, data, 4_492, effect)


def burn(account: LedgerAccount, mint: MintState, owner: LedgerAccount, amount: int) -> Instruction:
    """Destroy ``amount`` base units."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: Burn")
        if account.amount < amount:
            raise ProgramFailure(INSUFFICIENT_FUNDS, "Program log: Error: insufficient funds")
        _supply(run, mint, -amount)
        account.amount -= amount

    data = b"\x08" + amount.to_bytes(8, "little")
    accounts = (account, mint.account, owner)
    return Instruction(mint.program, accounts, _MOVE, data, 4_616, effect)


def _supply(run: Execution, mint: MintState, change: int) -> None:
    before = mint.supply
    run.undo.append(lambda: setattr(mint, "supply", before))
    mint.supply += change


def give_up_mint_authority(mint: MintState, authority: LedgerAccount) -> Instruction:
    """Nobody can make more of the token from here on."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: SetAuthority")
        before = mint.mint_authority
        run.undo.append(lambda: setattr(mint, "mint_authority", before))
        mint.mint_authority = None

    accounts = (mint.account, authority)
    return Instruction(mint.program, accounts, bytes((WRITE, SIGN)), b"\x06\0\0", 2_911, effect)


def freeze(account: LedgerAccount, mint: MintState, authority: LedgerAccount) -> Instruction:
    """Forbid ``account`` to move its tokens."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: FreezeAccount")
        if mint.freeze_authority is not authority:
            raise ProgramFailure(OWNER_MISMATCH, "Program log: Error: owner does not match")
        if account.mint is not mint:
            raise ProgramFailure("InvalidAccountData")
        before = account.frozen
        run.undo.append(lambda: setattr(account, "frozen", before))
        account.frozen = True

    accounts = (account, mint.account, authority)
    flags = bytes((WRITE, READ, SIGN))
    return Instruction(mint.program, accounts, flags, b"\x0a", 4_310, effect)


def sync_native(account: LedgerAccount) -> Instruction:
    """Count lamports paid into a wrapped-SOL account as tokens."""

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: SyncNative")
        if account.mint is None:
            raise ProgramFailure("InvalidAccountData")
        account.amount = account.lamports - account.mint.rent

    return Instruction(TOKEN, (account,), _ONE, b"\x11", 3_045, effect)


def close_account(
    account: LedgerAccount, receiver: LedgerAccount, owner: LedgerAccount
) -> Instruction:
    """End an empty (or wrapped-SOL) token account; its lamports go to ``receiver``."""
    program = account.mint.program if account.mint is not None else TOKEN

    def effect(run: Execution) -> None:
        run.logs.append("Program log: Instruction: CloseAccount")
        mint, holder = account.mint, account.holder
        if mint is None or holder is None:
            raise ProgramFailure("InvalidAccountData")
        if account.amount and not mint.native:
            raise ProgramFailure(
                11,
                "Program log: Error: Non-native account can only be closed if its balance is zero",
            )
        receiver.lamports += account.lamports
        account.lamports = account.amount = 0
        account.mint = account.holder = None
        enrol(account, mint, holder, present=False)
        run.undo.append(lambda: enrol(account, mint, holder, present=True))

    accounts = (account, receiver, owner)
    return Instruction(program, accounts, _MOVE, b"\x09", 2_915, effect)


def enrol(account: LedgerAccount, mint: MintState, holder: LedgerAccount, *, present: bool) -> None:
    """Keep the lists of a mint's accounts and of a wallet's accounts."""
    if present:
        mint.accounts[account] = None
        if holder.tokens is None:
            holder.tokens = {}
        holder.tokens[mint] = account
    else:
        mint.accounts.pop(account, None)
        if holder.tokens is not None:
            holder.tokens.pop(mint, None)
