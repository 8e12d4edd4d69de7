"""Every transfer a transaction made, read from its own instructions."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from infra.simulation.world.programs import ids
from infra.simulation.world.transaction import CompiledInstruction, SimulatedTransaction

_TOKEN_PROGRAMS: Final = (ids.TOKEN.address, ids.TOKEN_2022.address)


class Movement(Struct, frozen=True):
    """``amount`` base units from one account to another; ``mint`` None is native lamports.

    Addresses are the accounts the instruction names; empty where a mint or a burn has none.
    """

    source: str
    destination: str
    mint: str | None
    amount: int


class Holding(Struct, frozen=True):
    """What a token account is for."""

    mint: str
    owner: str
    decimals: int


def in_order(tx: SimulatedTransaction) -> Iterator[CompiledInstruction]:
    """Outer instructions, each followed by the inner ones it made."""
    inner = dict(tx.meta.inner_instructions)
    for index, outer in enumerate(tx.message.instructions):
        yield outer
        yield from inner.get(index, ())


def holdings(tx: SimulatedTransaction) -> dict[str, Holding]:
    """Owner and mint of every token account the balances mention."""
    balances = (*tx.meta.pre_token_balances, *tx.meta.post_token_balances)
    return {tx.accounts[b.account_index]: Holding(b.mint, b.owner, b.decimals) for b in balances}


def movements(tx: SimulatedTransaction) -> list[Movement]:
    """In order of execution; none when the transaction failed."""
    if tx.failed:
        return []
    found = holdings(tx)
    moved = (_movement(compiled, tx, found) for compiled in in_order(tx))
    return [movement for movement in moved if movement is not None]


def _movement(
    compiled: CompiledInstruction, tx: SimulatedTransaction, found: dict[str, Holding]
) -> Movement | None:
    program = tx.accounts[compiled.program_index]
    accounts = [tx.accounts[index] for index in compiled.accounts]
    data = compiled.data
    if program == ids.SYSTEM.address:
        if data[:4] in (b"\0\0\0\0", b"\2\0\0\0"):
            lamports = int.from_bytes(data[4:12], "little")
            return Movement(accounts[0], accounts[1], None, lamports)
        return None
    if program not in _TOKEN_PROGRAMS:
        return None
    amount = int.from_bytes(data[1:9], "little")
    match data[0]:
        case 3:
            mint = found.get(accounts[0]) or found.get(accounts[1])
            return Movement(
                accounts[0], accounts[1], mint.mint if mint else ids.WRAPPED_SOL, amount
            )
        case 12:
            return Movement(accounts[0], accounts[2], accounts[1], amount)
        case 26:
            amount = int.from_bytes(data[2:10], "little")
            return Movement(accounts[0], accounts[2], accounts[1], amount)
        case 7:
            return Movement("", accounts[1], accounts[0], amount)
        case 8:
            return Movement(accounts[0], "", accounts[1], amount)
        case _:
            return None
