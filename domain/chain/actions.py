"""What happened to pools and launchpads beside trading: liquidity, creation, migration."""

from bisect import bisect_left
from typing import Final, Literal

from domain.chain.decoded import LiquidityChange, Milestone, TokenAmount
from domain.chain.ledger import Ledger
from domain.chain.movement import LIQUIDITY, Movement
from domain.chain.transaction import Call
from domain.chain.venues.layout import Instruction, Venue
from domain.values import BaseUnits, Mint, WalletAddress

_KIND: Final[dict[str, Literal["added", "removed", "collected"]]] = {
    "add": "added",
    "remove": "removed",
    "collect": "collected",
    "create_pool": "added",
}
_MILESTONE: Final[dict[str, Literal["pool_created", "token_created", "migrated"]]] = {
    "create_pool": "pool_created",
    "create_token": "token_created",
    "migrate": "migrated",
}


def find(ledger: Ledger) -> tuple[tuple[LiquidityChange, ...], tuple[Milestone, ...]]:
    """Every change of liquidity and every milestone; marks the movements of the former."""
    changes: list[LiquidityChange] = []
    milestones: list[Milestone] = []
    for call, venue in ledger.venues:
        if call.event or not venue.instructions:
            continue
        instruction = venue.instruction(call.data)
        if instruction is None or instruction.does in ("swap", "other"):
            continue
        if instruction.does in _MILESTONE:
            milestones.append(_milestone(ledger, call, venue, instruction))
        if instruction.does in _KIND:
            change = _change(ledger, call, venue, instruction)
            if change is not None:
                changes.append(change)
    return tuple(changes), tuple(milestones)


def _address(ledger: Ledger, call: Call, instruction: Instruction) -> str | None:
    at = -1 if instruction.pool is None else call.account(instruction.pool)
    return ledger.transaction.keys[at] if at >= 0 else None


def _milestone(ledger: Ledger, call: Call, venue: Venue, instruction: Instruction) -> Milestone:
    return Milestone(
        call.path,
        _MILESTONE[instruction.does],
        venue.name,
        _address(ledger, call, instruction),
        WalletAddress(ledger.transaction.keys[0]),
    )


def _change(
    ledger: Ledger, call: Call, venue: Venue, instruction: Instruction
) -> LiquidityChange | None:
    kind = _KIND[instruction.does]
    positions = [movement.call.position for movement in ledger.movements]
    start, end = bisect_left(positions, call.position), bisect_left(positions, call.end)
    moved = [movement for movement in ledger.movements[start:end] if not movement.role]
    tokens: dict[str, int] = {}
    shares = None
    owner = ""
    for movement in moved:
        if movement.source < 0 or movement.target < 0:
            shares = _token(ledger, movement.mint, movement.amount)
            movement.role = LIQUIDITY
            continue
        side = movement.source if kind == "added" else movement.target
        owner = owner or ledger.owners[side]
        if ledger.owners[side] == owner and ledger.owners[_other(movement, side)] != owner:
            tokens[movement.mint] = (
                tokens.get(movement.mint, 0)
                + movement.amount
                - (0 if kind == "added" else movement.fee)
            )
            movement.role = LIQUIDITY
    if not tokens:
        return None
    return LiquidityChange(
        call.path,
        WalletAddress(owner),
        kind,
        venue.name,
        _address(ledger, call, instruction),
        tuple(_token(ledger, mint, amount) for mint, amount in tokens.items()),
        shares,
    )


def _other(movement: Movement, side: int) -> int:
    return movement.target if side == movement.source else movement.source


def _token(ledger: Ledger, mint: str, amount: int) -> TokenAmount:
    return TokenAmount(Mint(mint), BaseUnits(amount), ledger.decimals(mint))
