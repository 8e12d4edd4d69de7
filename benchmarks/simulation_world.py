"""The simulated chain: how fast it runs, and whether its readers agree with its truth.

    python -m benchmarks.simulation_world                  # speed and memory
    python -m benchmarks.simulation_world --agreement      # truth, our decoder, the npm parser

Rates are of CPU time on one core, so that a busy machine does not decide. The npm parser needs
node and npm; without them its column stays empty.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Final

import msgspec
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.harness import Figure, Rates, at_most, rate_at_least, run_alone
from domain.chain.decoder import decode_transaction
from infra.simulation.world.chain import World
from infra.simulation.world.record import blocks, record
from infra.simulation.world.render import to_json
from infra.simulation.world.truth import TrueTrade

ROUNDS: Final = 3
FLAT_OUT: Final = 10_000
RECORDED: Final = 30_000
AGREED_ON: Final = 10_000
MILLION_IN_15_MINUTES: Final = 1_000_000 / 900
MEMORY_PER_MILLION_MB: Final = 1_000.0
_PEER: Final = Path(__file__).resolve().parent / "peer"
_SCRIPT: Final = """
const fs = require('fs'); const { DexParser } = require('solana-dex-parser');
const parser = new DexParser(); console.error = console.warn = () => {};
const amount = (token) => [token.mint, token.amountRaw];
for (const line of fs.readFileSync(process.argv[1], 'utf8').trim().split('\\n')) {
  const transaction = JSON.parse(line); let trades = [];
  try { trades = parser.parseTrades(transaction); } catch { trades = null; }
  console.log(JSON.stringify([transaction.transaction.signatures[0], trades && trades.map(
    (trade) => [...amount(trade.inputToken), ...amount(trade.outputToken)])]));
}
"""

Exchange = tuple[str, int, str, int]


async def measure() -> Sequence[Figure]:
    """Flat out, recording, and what a million transactions would take of memory."""
    flat: Rates = [_flat_out(seed) for seed in range(ROUNDS)]
    recording, growth = _recording()
    return [
        rate_at_least("simulated transactions, flat out", flat, 2_000),
        rate_at_least("simulated transactions, recorded", [recording], MILLION_IN_15_MINUTES),
        at_most("memory for a million recorded", growth, MEMORY_PER_MILLION_MB, "MB"),
    ]


def _flat_out(seed: int) -> float:
    world = World(seed)
    started = process_time()
    made = sum(len(block.transactions) for block in blocks(world, FLAT_OUT))
    return made / (process_time() - started)


def _recording() -> tuple[float, float]:
    """Rate, and resident megabytes scaled from what was recorded to a million."""
    world = World(1)
    with tempfile.TemporaryDirectory() as folder:
        before = psutil.Process().memory_info().rss
        started = process_time()
        made = record(world, Path(folder) / "history.jsonl.gz", RECORDED)
        rate = made / (process_time() - started)
        after = psutil.Process().memory_info().rss
    return rate, before / 1e6 + (after - before) / 1e6 * 1_000_000 / made


def agreement(transactions: int, seed: int = 1) -> Table:
    """Per venue: how many transactions each reader tells as they truly were."""
    world = World(seed)
    truth: dict[str, list[TrueTrade]] = defaultdict(list)
    documents: dict[str, bytes] = {}
    failed: set[str] = set()
    for block in blocks(world, transactions):
        for tx in block.transactions:
            documents[tx.signature] = msgspec.json.encode(to_json(tx))
            if tx.failed:
                failed.add(tx.signature)
    for trade in world.drain_trades():
        truth[trade.signature].append(trade)
    peer = _peer(documents)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for signature, document in documents.items():
        trades = truth[signature]
        name = "failed" if signature in failed else _venues(trades)
        counts[name]["all"] += 1
        counts[name]["ours"] += _ours(document) == _felt(trades)
        if peer is not None:
            counts[name][_verdict(peer[signature], trades)] += 1
    return _table(counts)


def _venues(trades: Sequence[TrueTrade]) -> str:
    return " and ".join(sorted({trade.venue for trade in trades})) or "no trade"


def _felt(trades: Sequence[TrueTrade]) -> Counter[Exchange]:
    return Counter((t.mint_in, t.amount_in, t.mint_out, t.amount_out) for t in trades)


def _ours(document: bytes) -> Counter[Exchange]:
    return Counter(
        (t.token_in.mint, t.token_in.amount, t.token_out.mint, t.token_out.amount)
        for t in decode_transaction(document).trades
    )


def _verdict(told: Sequence[Exchange] | None, trades: Sequence[TrueTrade]) -> str:
    """The peer tells hops rather than trades, before fees, and a route's hops twice."""
    if told is None:
        return "threw"
    legs = [leg for trade in trades for leg in trade.legs]
    exact = {(g.mint_in, g.amount_in, g.mint_out, g.amount_out) for g in legs}
    if set(told) == exact:
        return "equal" if len(told) == len(legs) else "each hop twice"
    venue_fees = {
        (t.mint_in, t.amount_in - t.fee_in, t.mint_out, t.amount_out + t.fee_out) for t in trades
    }
    arriving = {(g.mint_in, g.amount_in, g.mint_out, g.amount_out + g.withheld) for g in legs}
    if set(told) in (venue_fees, arriving, exact | arriving):
        return "before fees"
    if not trades:
        return "trades told of nothing"
    return "one too many" if any(of < set(told) for of in (exact, venue_fees)) else "differs"


def _peer(documents: dict[str, bytes]) -> dict[str, list[Exchange]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        home = shutil.copytree(_PEER, Path(folder) / "peer")
        lines = home / "transactions.jsonl"
        lines.write_bytes(b"\n".join(documents.values()))
        subprocess.run([npm, "install", "--silent", "--no-audit"], cwd=home, check=True)
        command = [node, "-e", _SCRIPT, str(lines)]
        told = subprocess.run(command, cwd=home, check=True, capture_output=True, text=True)
    found = {}
    for line in told.stdout.splitlines():
        signature, trades = json.loads(line)
        found[signature] = [(a, int(x), b, int(y)) for a, x, b, y in trades]
    return found


def _table(counts: dict[str, Counter[str]]) -> Table:
    columns = sorted({key for row in counts.values() for key in row} - {"all", "ours"})
    table = Table("true venue", "transactions", "our decoder agrees", *columns)
    for name, row in sorted(counts.items()):
        figures = (f"{row[column]:,}" for column in columns)
        table.add_row(name, f"{row['all']:,}", f"{row['ours']:,}", *figures)
    return table


def main() -> None:
    """Print the table asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation_world")
    parser.add_argument("--agreement", action="store_true")
    parser.add_argument("--transactions", type=int, default=AGREED_ON)
    given = parser.parse_args()
    if given.agreement:
        Console(width=160).print(agreement(given.transactions))
    else:
        run_alone(measure)


if __name__ == "__main__":
    main()
