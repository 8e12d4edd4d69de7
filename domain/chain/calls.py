"""The instructions of a transaction in the order they ran, from either JSON encoding or bytes."""

from collections.abc import Sequence

from domain.chain import base58, parsed
from domain.chain.errors import MalformedTransaction
from domain.chain.message import PackedTransaction
from domain.chain.programs import LEAVES
from domain.chain.transaction import CALLS_MAX, Call, link
from domain.chain.wire import InnerInstructions, Instruction


def outer(instructions: Sequence[Instruction], keys: list[str]) -> list[Call]:
    """The outer instructions; raises MalformedTransaction on an index beyond the keys."""
    if len(instructions) > CALLS_MAX:
        raise MalformedTransaction(
            "transaction.message.instructions", f"{len(instructions)}, over {CALLS_MAX}"
        )
    index: dict[str, int] = {}
    return [_call(at, instruction, keys, index) for at, instruction in enumerate(instructions)]


def packed(transaction: PackedTransaction, keys: list[str]) -> list[Call]:
    """The outer instructions of the base64 encoding."""
    found = []
    for at, instruction in enumerate(transaction.instructions):
        call = Call(at, -1, 1, "", instruction.accounts, instruction.data)
        call.program = _program(instruction.program, call, keys)
        _check_accounts(call, len(keys))
        found.append(call)
    return found


def with_inner(
    outers: list[Call], groups: Sequence[InnerInstructions] | None, keys: list[str]
) -> list[Call]:
    """The outer instructions, each followed by all it called, linked."""
    if not groups:
        link(outers)
        return outers
    inner: dict[int, InnerInstructions] = {}
    count = len(outers)
    for place, group in enumerate(groups):
        field = f"meta.innerInstructions[{place}]"
        if group.index >= len(outers):
            raise MalformedTransaction(
                f"{field}.index", f"{group.index}, but there are {len(outers)} instructions"
            )
        if group.index in inner:
            raise MalformedTransaction(f"{field}.index", f"{group.index}, named twice")
        inner[group.index] = group
        count += len(group.instructions)
        if count > CALLS_MAX:
            raise MalformedTransaction(field, f"{count} calls and more, over {CALLS_MAX}")
    found: list[Call] = []
    index: dict[str, int] = {}
    for at, call in enumerate(outers):
        found.append(call)
        if at in inner:
            _called(inner[at], keys, index, found)
    link(found)
    return found


def _called(
    group: InnerInstructions, keys: list[str], index: dict[str, int], found: list[Call]
) -> None:
    branched = False
    outer_at = group.index
    count = len(keys)
    for at, instruction in enumerate(group.instructions):
        program = instruction.programIdIndex
        accounts = instruction.accounts
        depth = instruction.stackHeight or 0
        # The checker cannot see that ``max`` fails for anything but a list of indexes, and then
        # the other branch reads it: one test for most calls instead of one for each account.
        try:
            if (
                program is not None
                and accounts.__class__ is list
                and max(accounts, default=0) < count  # type: ignore[operator]
            ):
                call = Call(outer_at, at, depth, keys[program], accounts, instruction.data)  # type: ignore[arg-type]
            else:
                call = _other_call(outer_at, at, depth, instruction, keys, index)
        except (TypeError, IndexError):  # addresses, not indexes; or beyond the keys
            call = _other_call(outer_at, at, depth, instruction, keys, index)
        if call.depth < 2:  # older nodes do not say: a leaf belongs to the call before it
            leaf = call.program in LEAVES
            call.depth = 3 if branched and leaf else 2
            branched = branched or not leaf
        found.append(call)


def _call(outer_at: int, instruction: Instruction, keys: list[str], index: dict[str, int]) -> Call:
    at = instruction.programIdIndex
    accounts = instruction.accounts
    if at is not None and at < len(keys) and accounts.__class__ is list:
        try:  # as above: ``max`` is the test that these are indexes, which no type can say
            if not accounts or max(accounts) < len(keys):  # type: ignore[operator]
                return Call(outer_at, -1, 1, keys[at], accounts, instruction.data)  # type: ignore[arg-type]
        except TypeError:
            pass  # addresses, not indexes
    return _other_call(outer_at, -1, 1, instruction, keys, index)


def _other_call(
    outer_at: int,
    inner_at: int,
    depth: int,
    instruction: Instruction,
    keys: list[str],
    index: dict[str, int],
) -> Call:
    """As jsonParsed writes it, or not as it should be."""
    accounts = instruction.accounts
    call = Call(outer_at, inner_at, depth, instruction.programId or "", [], instruction.data)
    if instruction.programIdIndex is not None:
        call.program = _program(instruction.programIdIndex, call, keys)
    elif instruction.programId is None:
        raise MalformedTransaction(f"{call.where}.programIdIndex", "missing")
    if len(instruction.parsed):
        return parsed.restore(call, instruction.parsed, _filled(index, keys))
    if isinstance(accounts, str):
        try:
            call.accounts = list(base58.decode(accounts))
        except ValueError as malformed:
            raise MalformedTransaction(f"{call.where}.accounts", str(malformed)) from None
    else:
        _filled(index, keys)
        call.accounts = [
            account if isinstance(account, int) else parsed.place(account, index, call)
            for account in accounts
        ]
    _check_accounts(call, len(keys))
    return call


def _filled(index: dict[str, int], keys: list[str]) -> dict[str, int]:
    """Where each key is, worked out when first needed: only jsonParsed names keys."""
    if not index:
        index.update((key, at) for at, key in enumerate(keys))
    return index


def _program(at: int, call: Call, keys: list[str]) -> str:
    if at >= len(keys):
        raise MalformedTransaction(
            f"{call.where}.programIdIndex", f"{at}, but there are {len(keys)} accounts"
        )
    return keys[at]


def _check_accounts(call: Call, count: int) -> None:
    if call.accounts and max(call.accounts) >= count:
        raise MalformedTransaction(
            f"{call.where}.accounts",
            f"index {max(call.accounts)}, but there are {count} accounts",
        )
