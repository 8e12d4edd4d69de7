"""Throughput: recorded transactions from a file to every view, through the whole stack."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.harness import Figure, baseline, rate_at_least, run_alone
from benchmarks.servers import ROOT
from benchmarks.stack import running_stack, until_settled
from benchmarks.transactions import Transactions
from infra.instance import Instance

TRANSACTIONS: Final = 20_000
WARM_UP: Final = 1_000
"""So that every process has its code and plans loaded, as it has in service."""


async def measure() -> Sequence[Figure]:
    """One run; the clock starts with the program that reads the file."""
    transactions = Transactions()
    with tempfile.TemporaryDirectory(prefix="cipherx-bench-") as name:
        folder = Path(name)
        async with running_stack(folder / "data") as instance:
            await _ingest(instance, _file(folder / "warm.jsonl", transactions, WARM_UP))
            await until_settled(instance, WARM_UP)
            file = _file(folder / "transactions.jsonl", transactions, TRANSACTIONS)
            started = time.perf_counter()
            await _ingest(instance, file)
            ingested = time.perf_counter() - started
            seconds = await until_settled(instance, WARM_UP + TRANSACTIONS) - started
    what = f"{TRANSACTIONS:,} {transactions.kind} transactions"
    return [
        baseline(f"{what}, file to inbox", [TRANSACTIONS / ingested]),
        rate_at_least(f"{what}, file to all views", [TRANSACTIONS / seconds], 1_000),
    ]


def _file(path: Path, transactions: Transactions, count: int) -> Path:
    with path.open("wb") as file:
        file.writelines(raw + b"\n" for raw in transactions.take(count))
    return path


async def _ingest(instance: Instance, file: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.cli", "ingest", str(file)),
        *("--data-dir", instance.data_dir, "--no-wait"),
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()


def main() -> None:
    """Print the table."""
    run_alone(measure)


if __name__ == "__main__":
    main()
