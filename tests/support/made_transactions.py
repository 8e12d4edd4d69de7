"""Transactions made for tests, in a node's form: no recording needed, any number of them."""

import hashlib
import json
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from domain.values import WRAPPED_SOL

RAYDIUM_V4: Final = "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8"
TOKEN_PROGRAM: Final = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
RAYDIUM_AUTHORITY: Final = "5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1"
FEE: Final = 5_000
RENT: Final = 2_039_280
PAID: Final = 1_000_000
GOT: Final = 2_000
FIRST_SLOT: Final = 300_000_000
FIRST_TIME: Final = 1_730_000_000
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def address(*name: object) -> str:
    """An address that only ``name`` decides."""
    return str(Pubkey(_digest("address", *name)))


def signature(*name: object) -> str:
    """A signature (of nothing) that only ``name`` decides."""
    return str(Signature(_digest("signature", *name, 0) + _digest("signature", *name, 1)))


def swap(number: int, *, wallet: str | None = None, mint: str | None = None) -> bytes:
    """Transaction ``number``: ``wallet`` pays ``PAID + number`` lamports for ``GOT`` of a token.

    A swap on Raydium AMM v4 out of a wrapped-SOL account. The same number is the same
    transaction; balances of a wallet do not add up over several.
    """
    wallet = wallet or address("wallet", number % 50)
    mint = mint or address("mint", number % 7)
    paid = PAID + number
    keys = [
        wallet,
        address("wrapped", wallet),
        address("ata", wallet, mint),
        address("sol vault", mint),
        address("vault", mint),
        address("pool", mint),
        RAYDIUM_AUTHORITY,
        TOKEN_PROGRAM,
        RAYDIUM_V4,
    ]
    lamports = [10**12, 10**13, RENT, 10**14, RENT, RENT, 1, 1, 1]
    lamports_after = [10**12 - FEE, 10**13 - paid, RENT, 10**14 + paid, *lamports[4:]]
    swapped = [7, 5, 6, 3, 4, 3, 4, 5, 5, 5, 5, 5, 5, 5, 1, 2, 0]  # the market's are fillers
    return json.dumps(
        {
            "slot": FIRST_SLOT + number // 4,
            "blockTime": FIRST_TIME + number // 10,
            "indexWithinBlock": number % 4,
            "version": "legacy",
            "transaction": {
                "signatures": [signature(number)],
                "message": {
                    "header": {
                        "numRequiredSignatures": 1,
                        "numReadonlySignedAccounts": 0,
                        "numReadonlyUnsignedAccounts": 3,
                    },
                    "accountKeys": keys,
                    "recentBlockhash": address("blockhash", number // 4),
                    "instructions": [_instruction(8, swapped, b"\x09" + _u64(paid) + _u64(1))],
                },
            },
            "meta": {
                "err": None,
                "fee": FEE,
                "innerInstructions": [
                    {
                        "index": 0,
                        "instructions": [
                            _instruction(7, [1, 3, 0], b"\x03" + _u64(paid)),
                            _instruction(7, [4, 2, 6], b"\x03" + _u64(GOT)),
                        ],
                    }
                ],
                "logMessages": [],
                "preBalances": lamports,
                "postBalances": lamports_after,
                "preTokenBalances": [
                    _token(1, WRAPPED_SOL, wallet, 10**13 - RENT),
                    _token(2, mint, wallet, 0),
                    _token(3, WRAPPED_SOL, RAYDIUM_AUTHORITY, 10**14 - RENT),
                    _token(4, mint, RAYDIUM_AUTHORITY, 10**9),
                ],
                "postTokenBalances": [
                    _token(1, WRAPPED_SOL, wallet, 10**13 - RENT - paid),
                    _token(2, mint, wallet, GOT),
                    _token(3, WRAPPED_SOL, RAYDIUM_AUTHORITY, 10**14 - RENT + paid),
                    _token(4, mint, RAYDIUM_AUTHORITY, 10**9 - GOT),
                ],
                "loadedAddresses": {"writable": [], "readonly": []},
            },
        }
    ).encode()


def _instruction(program: int, accounts: list[int], data: bytes) -> dict[str, object]:
    return {"programIdIndex": program, "accounts": accounts, "data": _base58(data)}


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _token(index: int, mint: str, owner: str, amount: int) -> dict[str, object]:
    return {
        "accountIndex": index,
        "mint": mint,
        "owner": owner,
        "programId": TOKEN_PROGRAM,
        "uiTokenAmount": {
            "amount": str(amount),
            "decimals": 9 if mint == WRAPPED_SOL else 6,
        },
    }


def _digest(*parts: object) -> bytes:
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
