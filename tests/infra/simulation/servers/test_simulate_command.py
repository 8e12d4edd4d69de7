"""``cipherx simulate`` starts at once, keeps pace and stops when told to."""

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil
import pytest

from infra.cli.simulate import simulate

COMMAND = (
    "import sys; from cyclopts import App; from infra.cli.simulate import simulate; "
    "app = App(); app.default(simulate); sys.exit(app(result_action='return_value'))"
)


@contextmanager
def running(*flags: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The command in a process of its own, and where it listens."""
    command = [sys.executable, "-W", "error", "-c", COMMAND, "--json", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def read(path: Path) -> list[Any]:
    """The lines of a gzipped JSON lines file."""
    with gzip.open(path) as lines:
        return [json.loads(line) for line in lines]


def slot(rpc: str) -> int:
    body = b'{"jsonrpc":"2.0","id":1,"method":"getSlot","params":[{"commitment":"processed"}]}'
    request = Request(rpc, body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=5) as reply:
        found: int = json.load(reply)["result"]
        return found


def test_it_keeps_pace_cheaply() -> None:
    with running("--tps", "20") as (process, addresses):
        assert addresses["rpc"].startswith("http://127.0.0.1:")
        used = psutil.Process(process.pid)
        first, before, began = slot(addresses["rpc"]), used.cpu_times(), time.monotonic()
        time.sleep(3)
        after, seconds = used.cpu_times(), time.monotonic() - began
        assert slot(addresses["rpc"]) - first >= 4
        busy = after.user + after.system - before.user - before.system
        assert busy / seconds < 0.05, f"{busy / seconds:.1%} of a core"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(number: signal.Signals) -> None:
    with running() as (process, _):
        process.send_signal(number)
        assert process.wait(5) == 0


def test_it_ends_after_its_duration_and_leaves_the_truth(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl.gz"
    flags = ("--speed", "20", "--duration", "20", "--truth", str(truth), "--faults", "lag=10%")
    with running(*flags) as (process, _):
        assert process.wait(10) == 0
    *trades, rest = read(truth)
    assert trades
    assert {"agents", "tokens", "results"} <= set(rest)


def test_a_history_is_recorded_flat_out_and_twice_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{name}.jsonl.gz" for name in ("one", "two")]
    for file in files:
        assert simulate(seed=7, duration=10, record=file) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    lines = read(files[0])
    assert len(lines) >= 200
    assert {"slot", "blockTime", "transaction", "meta"} <= set(lines[0])
    assert f"{len(lines)} transactions in" in capsys.readouterr().out


def test_wrong_flags_say_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(faults="explode") == 2
    assert "explode" in capsys.readouterr().err
    assert simulate(tps=0) == 2


def test_a_port_in_use_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with running() as (_, addresses):
        assert simulate(port=int(addresses["rpc"].rsplit(":", 1)[1])) == 3
        assert "choose another --port" in capsys.readouterr().err
