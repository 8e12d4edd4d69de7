"""The ``jsonParsed`` encoding: instructions of well-known programs by name and argument."""

from collections.abc import Callable

from infra.simulation.world.programs import ids
from infra.simulation.world.render.base58 import base58
from infra.simulation.world.render.errors import Json
from infra.simulation.world.render.parsed_token import parse_token
from infra.simulation.world.transaction import CompiledInstruction, SimulatedTransaction

Parser = Callable[[bytes, list[str]], Json | str | None]


def parsed_keys(tx: SimulatedTransaction) -> list[Json]:
    """``accountKeys`` with what the message says of each."""
    message = tx.message
    static = len(message.static_accounts)
    signers = message.signer_count
    writable_signers = signers - message.readonly_signer_count
    writable_others = static - message.readonly_other_count
    loaded_writable = static + len(tx.meta.loaded_writable)
    return [
        {
            "pubkey": address,
            "signer": i < signers,
            "source": "transaction" if i < static else "lookupTable",
            "writable": i < writable_signers
            or signers <= i < writable_others
            or static <= i < loaded_writable,
        }
        for i, address in enumerate(tx.accounts)
    ]


def parsed_view(compiled: CompiledInstruction, tx: SimulatedTransaction) -> Json:
    """One instruction: parsed when its program is known, else with addresses and raw data."""
    program = tx.accounts[compiled.program_index]
    accounts = [tx.accounts[index] for index in compiled.accounts]
    height = None if compiled.stack_height == 1 else compiled.stack_height
    name, parser = _PARSERS.get(program, (None, None))
    parsed = parser(compiled.data, accounts) if parser is not None else None
    if parsed is None:
        return {
            "accounts": accounts,
            "data": base58(compiled.data),
            "programId": program,
            "stackHeight": height,
        }
    return {"parsed": parsed, "program": name, "programId": program, "stackHeight": height}


def _parse_system(data: bytes, accounts: list[str]) -> Json | None:
    match int.from_bytes(data[:4], "little"):
        case 2:
            return {
                "info": {
                    "destination": accounts[1],
                    "lamports": int.from_bytes(data[4:12], "little"),
                    "source": accounts[0],
                },
                "type": "transfer",
            }
        case 0:
            return {
                "info": {
                    "lamports": int.from_bytes(data[4:12], "little"),
                    "newAccount": accounts[1],
                    "owner": base58(data[20:52]),
                    "source": accounts[0],
                    "space": int.from_bytes(data[12:20], "little"),
                },
                "type": "createAccount",
            }
        case _:
            return None


def _parse_associated(data: bytes, accounts: list[str]) -> Json:
    return {
        "info": {
            "account": accounts[1],
            "mint": accounts[3],
            "source": accounts[0],
            "systemProgram": accounts[4],
            "tokenProgram": accounts[5],
            "wallet": accounts[2],
        },
        "type": "createIdempotent" if data == b"\x01" else "create",
    }


def _parse_memo(data: bytes, _accounts: list[str]) -> str:
    return data.decode()


_PARSERS: dict[str, tuple[str, Parser]] = {
    ids.SYSTEM.address: ("system", _parse_system),
    ids.TOKEN.address: ("spl-token", parse_token),
    ids.TOKEN_2022.address: ("spl-token", parse_token),
    ids.ASSOCIATED_TOKEN.address: ("spl-associated-token-account", _parse_associated),
    ids.MEMO.address: ("spl-memo", _parse_memo),
}
