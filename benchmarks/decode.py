"""How fast the decoder is beside npm's solana-dex-parser: same files, same run, one core.

    python -m benchmarks.decode [FOLDER]

FOLDER holds getTransaction results, one a file (default: the recorded ones). Both sides start from
the files' bytes and end with trades; what is counted is CPU time, so that a busy machine does not
decide. Needs node and npm; without them our own figures are printed.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import Final

from domain.chain.decoder import decode_transaction
from domain.chain.errors import MalformedTransaction

ROUNDS: Final = 7
TARGET_RATIO: Final = 8.0
TARGET_SWAP_MICROSECONDS: Final = 150.0
_REPOSITORY: Final = Path(__file__).resolve().parents[1]
_PEER: Final = Path(__file__).resolve().parent / "peer"


def main() -> int:
    """Measure, print the table, and return 1 when a promised figure is missed."""
    default = Path(os.environ.get("CIPHERX_TEST_DATA", _REPOSITORY.parent / "shared" / "data"))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default / "transactions"
    files = sorted(file for file in folder.glob("*.json") if file.name != "peer_trades.json")
    if not files:
        print(f"no .json files in {folder}")
        return 1
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core, for the peer as well
    bodies = [file.read_bytes() for file in files]
    swaps = [body for body in bodies if _has_trades(body)]
    peer = _peer(files)
    ours = _best(bodies)
    swap = statistics.median(_each(swaps))
    print(f"{len(files)} transactions, {len(swaps)} of them swaps, best of {ROUNDS} rounds")
    print(f"{'ours, every transaction':<40}{ours:>10.1f} µs")
    print(f"{'ours, the median swap':<40}{swap:>10.1f} µs   (target < {TARGET_SWAP_MICROSECONDS})")
    if peer is None:
        print("no peer: node and npm are needed")
        return 0
    for name, microseconds in peer.items():
        ratio = microseconds / ours
        print(f"{'solana-dex-parser ' + name:<40}{microseconds:>10.1f} µs   {ratio:.1f}x ours")
    met = peer["parseAll"] / ours >= TARGET_RATIO and swap < TARGET_SWAP_MICROSECONDS
    return 0 if met else 1


def _has_trades(body: bytes) -> bool:
    try:
        return bool(decode_transaction(body).trades)
    except MalformedTransaction:
        return False


def _round(bodies: list[bytes]) -> float:
    start = process_time()
    for body in bodies:
        with suppress(MalformedTransaction):  # counted as time all the same
            decode_transaction(body)
    return (process_time() - start) / len(bodies) * 1e6


def _best(bodies: list[bytes]) -> float:
    return min(_round(bodies) for _ in range(ROUNDS))


def _each(bodies: list[bytes]) -> list[float]:
    return [min(_round([body]) for _ in range(ROUNDS)) for body in bodies]


def _peer(files: list[Path]) -> dict[str, float] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        home, data = Path(folder) / "peer", Path(folder) / "data"
        shutil.copytree(_PEER, home)
        data.mkdir()
        for file in files:
            (data / file.name).symlink_to(file)
        subprocess.run([npm, "install", "--silent", "--no-audit"], cwd=home, check=True)
        told = subprocess.run(
            [node, "run.js", str(data), str(ROUNDS)],
            cwd=home,
            check=True,
            capture_output=True,
            text=True,
        )
    microseconds: dict[str, float] = json.loads(told.stdout)["microseconds"]
    return microseconds


if __name__ == "__main__":
    raise SystemExit(main())
