"""Builds transactions as a node returns them: say what ran, and the balances follow."""

import json
from hashlib import sha256
from typing import Final

from domain.chain import base58, programs
from domain.values import WRAPPED_SOL

RENT: Final = 2_039_280
FEE: Final = 5_000
_PROGRAMS: Final = {
    "token": programs.TOKEN,
    "token-2022": programs.TOKEN_2022,
    "system": programs.SYSTEM,
    "sol": WRAPPED_SOL,
    "usdc": "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
}


def key(name: str) -> str:
    """The address a name stands for; a program's or a well-known mint's is its own."""
    if name in _PROGRAMS:
        return _PROGRAMS[name]
    if base58.is_address(name):
        return name
    return base58.encode(sha256(name.encode()).digest())


SIGNATURE: Final = base58.encode(sha256(b"one").digest() + sha256(b"two").digest())


def u64(amount: int) -> bytes:
    """As programs write it."""
    return amount.to_bytes(8, "little")


class Scene:
    """One transaction in the making; the first signer pays ``fee``."""

    def __init__(self, *signers: str, fee: int = FEE) -> None:
        self.names: list[str] = []
        self.before: dict[str, int] = {}
        self.lamports: dict[str, int] = {}
        self.held: dict[str, tuple[str, str, int, int]] = {}  # owner, mint, decimals, before
        self.tokens: dict[str, int] = {}
        self.outer: list[dict[str, object]] = []
        self.inner: list[list[dict[str, object]]] = []
        self.signers = len(signers)
        self.fee = fee
        for signer in signers:
            self.wallet(signer)
        self.lamports[signers[0]] -= fee

    def wallet(self, name: str, lamports: int = 100_000_000_000) -> None:
        """An account with nothing but lamports."""
        self.names.append(name)
        self.before[name] = self.lamports[name] = lamports

    def token(self, name: str, owner: str, mint: str, amount: int = 0, decimals: int = 6) -> None:
        """A token account; one of wrapped SOL has the lamports to match."""
        wrapped = amount if mint == "sol" else 0
        self.wallet(name, RENT + wrapped)
        self.held[name] = (owner, mint, 9 if mint == "sol" else decimals, amount)
        self.tokens[name] = amount

    def call(self, program: str, accounts: str, data: bytes, depth: int = 1) -> None:
        """An instruction; ``accounts`` are names. Depth over 1: the one before called it."""
        instruction = {
            "programIdIndex": self._index(program),
            "accounts": [self._index(name) for name in accounts.split()],
            "data": base58.encode(data),
            "stackHeight": None if depth == 1 else depth,
        }
        if depth == 1:
            self.outer.append(instruction)
            self.inner.append([])
        else:
            self.inner[-1].append(instruction)

    def move(self, source: str, target: str, by: str, amount: int, depth: int = 2) -> None:
        """A token transfer."""
        self.call("token", f"{source} {target} {by}", b"\x03" + u64(amount), depth)
        self.shift(source, target, amount)

    def move_2022(
        self, source: str, target: str, by: str, amount: int, fee: int, depth: int = 2
    ) -> None:
        """A Token-2022 transfer of which ``fee`` is withheld."""
        mint = self.held[source][1]
        data = b"\x0c" + u64(amount) + b"\x06"
        self.call("token-2022", f"{source} {mint} {target} {by}", data, depth)
        self.shift(source, target, amount)
        self.tokens[target] -= fee

    def pay(self, source: str, target: str, lamports: int, depth: int = 1) -> None:
        """A transfer of lamports."""
        self.call("system", f"{source} {target}", b"\x02\0\0\0" + u64(lamports), depth)
        self.slip(source, target, lamports)

    def shift(self, source: str, target: str, amount: int) -> None:
        """Tokens change account."""
        self.tokens[source] -= amount
        self.tokens[target] += amount
        if self.held[source][1] == "sol":
            self.slip(source, target, amount)

    def slip(self, source: str, target: str, lamports: int) -> None:
        """Lamports change account, with no instruction of their own."""
        self.lamports[source] -= lamports
        self.lamports[target] += lamports

    def close(self, account: str, target: str, depth: int = 1) -> None:
        """A token account is closed; wrapped SOL unwraps."""
        self.call("token", f"{account} {target} {target}", b"\x09", depth)
        self.slip(account, target, self.lamports[account])
        self.tokens[account] = 0

    def result(self, error: object = None) -> dict[str, object]:
        """A getTransaction result in json encoding."""
        order = self.names
        pre = [self._balance(n, held[3]) for n, held in self.held.items() if self.before[n]]
        post = [self._balance(n, self.tokens[n]) for n in self.held if self.lamports[n]]
        return {
            "slot": 300_000_000,
            "blockTime": 1_730_000_000,
            "version": 0,
            "transaction": {
                "signatures": [SIGNATURE] * self.signers,
                "message": {
                    "accountKeys": [key(name) for name in order],
                    "header": {
                        "numRequiredSignatures": self.signers,
                        "numReadonlySignedAccounts": 0,
                        "numReadonlyUnsignedAccounts": 0,
                    },
                    "recentBlockhash": key("hash"),
                    "instructions": self.outer,
                },
            },
            "meta": {
                "err": error,
                "fee": self.fee,
                "preBalances": [self.before[name] for name in order],
                "postBalances": [self.lamports[name] for name in order],
                "preTokenBalances": pre,
                "postTokenBalances": post,
                "innerInstructions": [
                    {"index": at, "instructions": called}
                    for at, called in enumerate(self.inner)
                    if called
                ],
                "loadedAddresses": {"writable": [], "readonly": []},
                "logMessages": [],
            },
        }

    def raw(self, error: object = None) -> bytes:
        """The same, as bytes."""
        return json.dumps(self.result(error)).encode()

    def _balance(self, name: str, amount: int) -> dict[str, object]:
        owner, mint, decimals, _ = self.held[name]
        return {
            "accountIndex": self._index(name),
            "mint": key(mint),
            "owner": key(owner),
            "programId": programs.TOKEN,
            "uiTokenAmount": {"amount": str(amount), "decimals": decimals},
        }

    def _index(self, name: str) -> int:
        if name not in self.names:
            self.wallet(name, 1)
        return self.names.index(name)
