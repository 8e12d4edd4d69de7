"""The judge: reads balances before and after, and plain transfers, and nothing of the decoder's.

A claim is a list of trades of one transaction. It is right when, for every trader and mint in it,
the balance difference on chain is what the claim says, once the trader's plain transfers (outer
instructions of the token and system programs) and the network fee are set aside. What a maker who
did not sign gives may come from one escrow that gave just that. Tokens must match to the unit. SOL
may differ by what opening accounts, tips and bots cost inside other programs' instructions, which
no balance tells apart: at most 0.03 SOL and 3 % of the amount.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple  # Any: JSON as it comes

from domain.chain import base58
from domain.values import WRAPPED_SOL

TOKEN_PROGRAMS: Final = (
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
)
SYSTEM: Final = "11111111111111111111111111111111"
SLACK_LAMPORTS: Final = 30_000_000
SLACK_PERCENT: Final = 3

Json = Mapping[str, Any]


class Claim(NamedTuple):
    """One trade, as a parser tells it."""

    trader: str
    mint_in: str
    amount_in: int
    mint_out: str
    amount_out: int


class Facts(NamedTuple):
    """What the chain says happened to every owner's holdings."""

    changed: Counter[tuple[str, str]]
    plain: Counter[tuple[str, str]]
    signers: Sequence[str]
    fee: int

    @property
    def payer(self) -> str:
        """Who paid the network fee."""
        return self.signers[0]


def facts(result: Json) -> Facts:
    """The facts of one getTransaction result."""
    meta, keys = dict(result["meta"]), _keys(result)
    for field in ("preBalances", "postBalances"):  # Yellowstone writes numbers as text
        meta[field] = [int(lamports) for lamports in meta[field]]
    changed: Counter[tuple[str, str]] = Counter()
    accounts: dict[int, tuple[str, str]] = {}
    for sign, field in ((-1, "preTokenBalances"), (1, "postTokenBalances")):
        for balance in meta.get(field) or []:
            at = balance["accountIndex"]
            place = (balance.get("owner") or keys[at], balance["mint"])
            accounts[at] = place
            changed[place] += sign * int(balance["uiTokenAmount"]["amount"])
    for key, before, after in zip(keys, meta["preBalances"], meta["postBalances"], strict=True):
        changed[key, WRAPPED_SOL] += after - before
    fee = (
        int(meta["fee"]) if "fee" in meta else sum(meta["preBalances"]) - sum(meta["postBalances"])
    )
    return Facts(changed, _plain(result, keys, accounts), _signers(result, keys), fee)


def is_right(claims: Sequence[Claim], found: Facts) -> bool:
    """Whether the claims are what the balances say."""
    said: Counter[tuple[str, str]] = Counter()
    for claim in claims:
        said[claim.trader, claim.mint_in] -= claim.amount_in
        said[claim.trader, claim.mint_out] += claim.amount_out
    return bool(claims) and all(_agrees(place, amount, found) for place, amount in said.items())


def _agrees(place: tuple[str, str], amount: int, found: Facts) -> bool:
    owner, mint = place
    real = found.changed[place]
    if mint != WRAPPED_SOL:
        return amount in (real, real - found.plain[place]) or _escrow_gave(place, amount, found)
    if owner == found.payer:
        real += found.fee
    slack = SLACK_LAMPORTS + abs(amount) * SLACK_PERCENT // 100
    return min(abs(real - amount), abs(real - found.plain[place] - amount)) <= slack


def _signers(result: Json, keys: Sequence[str]) -> Sequence[str]:
    message = result["transaction"]["message"]
    if "header" in message:
        return keys[: message["header"]["numRequiredSignatures"]]
    return [key["pubkey"] for key in message["accountKeys"] if key["signer"]]


def _escrow_gave(place: tuple[str, str], amount: int, found: Facts) -> bool:
    """An order's tokens left its maker's wallet when it was placed; now the escrow gives them."""
    owner, mint = place
    return (
        not found.changed[place]
        and owner not in found.signers
        and any(
            changed == amount
            for (other, held), changed in found.changed.items()
            if held == mint and other != owner
        )
    )


def _keys(result: Json) -> list[str]:
    listed = result["transaction"]["message"]["accountKeys"]
    keys = [key if isinstance(key, str) else key["pubkey"] for key in listed]
    meta = result["meta"]
    loaded = meta.get("loadedAddresses") or {
        "writable": meta.get("loadedWritableAddresses", []),
        "readonly": meta.get("loadedReadonlyAddresses", []),
    }
    if len(keys) < len(meta["preBalances"]):
        keys += [*loaded["writable"], *loaded["readonly"]]
    return keys


def _plain(
    result: Json, keys: Sequence[str], accounts: Mapping[int, tuple[str, str]]
) -> Counter[tuple[str, str]]:
    moved: Counter[tuple[str, str]] = Counter()
    for source, target, mint, amount in _outer_transfers(result, keys):
        for at, signed in ((source, -amount), (target, amount)):
            owner, held = accounts.get(at, (keys[at], WRAPPED_SOL))
            moved[owner, mint or held] += signed
    return moved


def _outer_transfers(result: Json, keys: Sequence[str]) -> Iterable[tuple[int, int, str, int]]:
    for instruction in result["transaction"]["message"]["instructions"]:
        if "parsed" in instruction:
            yield from _parsed(instruction, keys)
            continue
        accounts, data = instruction.get("accounts"), instruction.get("data")
        if not isinstance(accounts, list) or not data or "programIdIndex" not in instruction:
            continue
        program, raw = keys[instruction["programIdIndex"]], base58.decode(data)
        if program == SYSTEM and raw[:4] == b"\2\0\0\0":
            yield accounts[0], accounts[1], WRAPPED_SOL, int.from_bytes(raw[4:12], "little")
        elif program in TOKEN_PROGRAMS and raw[0] == 3:
            yield accounts[0], accounts[1], "", int.from_bytes(raw[1:9], "little")
        elif program in TOKEN_PROGRAMS and raw[0] == 12:
            yield accounts[0], accounts[2], "", int.from_bytes(raw[1:9], "little")


def _parsed(instruction: Json, keys: Sequence[str]) -> Iterable[tuple[int, int, str, int]]:
    parsed = instruction["parsed"]
    if not isinstance(parsed, dict) or not parsed["type"].startswith("transfer"):
        return
    info = parsed["info"]
    source, target = keys.index(info["source"]), keys.index(info["destination"])
    if "lamports" in info:
        yield source, target, WRAPPED_SOL, info["lamports"]
    else:
        amount = info["amount"] if "amount" in info else info["tokenAmount"]["amount"]
        yield source, target, "", int(amount)
