"""Bad input by the million: spoils good transactions and watches what the decoder says.

    python -m tests.domain.chain.fuzz [COUNT] [SEED] [FOLDER OF TRANSACTIONS]

Every input must end in a decoded transaction that makes sense or in MalformedTransaction that names
a field; anything else is printed with the seed that makes it again.
"""

import json
import random
import sys
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from time import perf_counter
from typing import Any, Final  # Any: JSON as it comes

from domain.chain.decoded import DecodedTransaction
from domain.chain.decoder import decode_transaction
from domain.chain.documents import RawTransaction, split_document
from domain.chain.errors import MalformedTransaction
from domain.chain.postings import postings
from tests.domain.chain.test_trades import bought_on_raydium, routed, sold_on_pump

SLOW_SECONDS: Final = 2.0
"""A decoding that takes longer is a hang, whatever the machine."""
_HOSTILE: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    0,
    1,
    255,
    256,
    2**31,
    2**63,
    2**64,
    10**30,
    1.5,
    "",
    "0",
    "1",
    "-1",
    "é",
    "1" * 90,
    "z" * 3000,
    [],
    {},
    [[]],
    [None],
    {"index": 0, "instructions": []},
)


def seeds() -> list[bytes]:
    """Good transactions to start from, needing no recorded data."""
    return [scene.raw() for scene in (bought_on_raydium(), routed(), sold_on_pump())]


def spoilt(source: bytes, chance: random.Random) -> bytes:
    """``source`` with something wrong: in its structure mostly, else in its bytes."""
    if chance.random() < 0.2:
        return _bytes_spoilt(source, chance)
    document = json.loads(source)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        _spoil(document, chance)
    return json.dumps(document).encode()


def _bytes_spoilt(source: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(source))
    match chance.randrange(4):
        case 0:
            return source[:at]
        case 1:
            return source[:at] + chance.randbytes(1) + source[at + 1 :]
        case 2:
            return source[:at] + chance.randbytes(chance.randrange(20)) + source[at:]
        case _:
            return chance.randbytes(chance.randrange(200))


def _spoil(document: Any, chance: random.Random) -> None:
    parent, place = document, chance.choice(list(document))
    while isinstance(parent[place], dict | list) and parent[place] and chance.random() < 0.9:
        parent = parent[place]
        place = chance.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
    match chance.randrange(5):
        case 0 if isinstance(parent, dict):
            del parent[place]
        case 1 if isinstance(parent, list):
            parent += deepcopy(parent) * chance.choice((1, 2, 50))
        case 2 if isinstance(parent[place], int):
            parent[place] += chance.choice((-1, 1, 2, 100, 2**40))
        case _:
            parent[place] = deepcopy(chance.choice(_HOSTILE))


def verdict(raw: bytes) -> str | None:
    """What is wrong with the decoder's answer to ``raw``, or None."""
    start = perf_counter()
    try:
        decoded = decode_transaction(raw)
        postings(raw)
    except MalformedTransaction as malformed:
        if not malformed.field or not malformed.problem:
            return "an error that names nothing"
    except Exception as crash:  # the point of the exercise
        return f"crashed: {crash!r}"
    else:
        nonsense = _nonsense(decoded)
        if nonsense:
            return nonsense
    try:
        for entry in split_document(raw):
            if isinstance(entry, RawTransaction) and entry.slot < 0:
                return "a negative slot"
    except MalformedTransaction:
        pass
    except Exception as crash:  # the point of the exercise
        return f"splitting crashed: {crash!r}"
    return "hangs" if perf_counter() - start > SLOW_SECONDS else None


def _nonsense(decoded: DecodedTransaction) -> str | None:
    for trade in decoded.trades:
        for token in (trade.token_in, trade.token_out):
            if not 0 < token.amount < 2**64:
                return f"a trade of {token.amount}"
    if decoded.failed and (decoded.trades or decoded.transfers):
        return "a failed transaction that traded"
    fees = decoded.fees
    if min(fees.network, fees.priority, fees.tip, fees.platform, fees.rent_paid) < 0:
        return "a negative fee"
    return None


def run(count: int, seed: int, sources: Sequence[bytes]) -> list[str]:
    """Try ``count`` inputs made from ``seed``; what went wrong, each with its own seed."""
    found = []
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        raw = spoilt(chance.choice(sources), chance)
        problem = verdict(raw)
        if problem:
            found.append(f"{seed}/{number}: {problem}: {raw[:300]!r}")
    return found


def main() -> int:
    """Run from the command line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    sources = seeds()
    if folder is not None:
        files = [file for file in sorted(folder.glob("*.json")) if file.stat().st_size < 20_000]
        sources += [file.read_bytes() for file in files]
    found = run(count, seed, sources)
    print(*found, sep="\n")
    print(f"{count} inputs from {len(sources)} transactions: {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
