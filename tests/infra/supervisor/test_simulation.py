"""With nothing configured a newcomer sees a simulated market at work, marked as such."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from infra.embedded.ports import free_port
from infra.instance import Instance, running_instance
from infra.roles.simulation import next_seed
from infra.settings import read_settings
from infra.supervisor.simulation import simulated_environ, stands_in
from tests.support.processes import children, wait_until_gone
from tests.support.servers import ROOT

START_SECONDS_MAX = 90.0
TRADES_SECONDS_MAX = 30.0


class Answer(NamedTuple):
    body: dict[str, Any]
    source: str | None


class Running:
    """``cipherx up`` as a newcomer starts it."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.folder, self.process = folder, process

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

    @property
    def instance(self) -> Instance:
        found = running_instance(self.folder / "data")
        assert found is not None, self.output
        return found

    def pid(self, name: str) -> int | None:
        return {process.name: process.pid for process in self.instance.processes}.get(name)

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while text not in self.output:
            assert time.monotonic() < deadline, self.output
            assert self.process.poll() is None, self.output
            time.sleep(0.05)

    def get(self, url: str) -> Answer:
        key = {"Authorization": f"Bearer {self.instance.api_key}"}
        with urllib.request.urlopen(urllib.request.Request(url, headers=key)) as answer:
            return Answer(json.load(answer), answer.headers["X-CipherX-Source"])

    def events(self, kind: str, after: int = 0) -> list[dict[str, Any]]:
        """Events of a type above a position; waits for the first."""
        url = f"{self.instance.rest}/audit/events?type={kind}&from={after}"
        deadline = time.monotonic() + TRADES_SECONDS_MAX
        while not (found := self.get(url).body["events"]):
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)
        return list(found)

    def shown_wallet(self) -> str:
        """The address in the command that the first screen ends with."""
        line = next(line for line in self.output.splitlines() if "/trades" in line)
        return line.partition("/wallets/")[2].partition("/")[0]


@contextmanager
def up(folder: Path, *options: str, **environ: str) -> Iterator[Running]:
    arguments = ["--data-dir", str(folder / "data"), "--port", str(free_port()), *options]
    real = ("HELIUS_", "SOLANA_", "CIPHERX_")
    kept = {k: v for k, v in os.environ.items() if not (k.startswith(real) or k.endswith("_URL"))}
    with (
        (folder / "output").open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "infra.cli", "up", *arguments],
            cwd=folder,
            stdout=output,
            stderr=output,
            env={**kept, "PYTHONPATH": str(ROOT), **environ},
        ) as process,
    ):
        running = Running(folder, process)
        try:
            running.wait_for("Ctrl-C stops everything")
            yield running
        finally:
            process.kill()


@pytest.mark.servers
def test_a_newcomer_sees_trades_that_are_marked_as_simulated(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        assert "SIMULATED chain: nothing here is real" in running.output
        assert "\nsimulation |" in running.output
        trades = running.events("trade")
        assert all(trade["data"]["place"]["signature"] for trade in trades)
        recorded = running.events("transaction")
        assert {event["data"]["source"] for event in recorded} == {"simulated"}
        health = running.get(running.instance.health)
        assert (health.body["source"], health.source) == ("simulated", "simulated")
        wallet = f"{running.instance.rest}/wallets/{running.shown_wallet()}/trades"
        deadline = time.monotonic() + TRADES_SECONDS_MAX
        while not running.get(wallet).body["trades"]:
            assert time.monotonic() < deadline, running.output
            time.sleep(0.1)

        killed = running.pid("simulation")
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        running.wait_for("simulation: running again (restart 1)")
        head = running.get(f"{running.instance.rest}/audit/events?limit=1").body["head"]
        running.events("trade", after=head)
        started = json.loads((tmp_path / "data" / "simulation.json").read_text())
        assert started == {"seed": 2}  # the old chain's trades would be taken for redeliveries

        pids = children(running.process.pid)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait() == 0
        wait_until_gone(pids)


@pytest.mark.servers
@pytest.mark.parametrize(
    ("options", "environ"),
    [(["--no-simulation"], {}), ([], {"SOLANA_RPC_URL": "http://127.0.0.1:1"})],
    ids=["told not to", "a node is named"],
)
def test_otherwise_nothing_is_simulated(
    tmp_path: Path, options: list[str], environ: dict[str, str]
) -> None:
    with up(tmp_path, *options, **environ) as running:
        assert running.pid("simulation") is None
        assert "SIMULATED" not in running.output
        health = running.get(running.instance.health)
        assert (health.body["source"], health.source) == ("live", "live")
        assert health.body["head"] is not None
        assert not (tmp_path / "data" / "simulation.json").exists()


@pytest.mark.parametrize("variable", ["HELIUS_API_KEY", "SOLANA_RPC_URL", "HELIUS_WEBHOOK_SECRET"])
def test_whatever_may_bring_real_transactions_keeps_the_simulation_away(variable: str) -> None:
    told: list[str] = []
    assert stands_in(read_settings({}), told.append)
    assert not stands_in(read_settings({variable: "http://127.0.0.1:1/long"}), told.append)
    assert told == []


def test_an_address_that_loopback_does_not_reach_is_told() -> None:
    told: list[str] = []
    assert not stands_in(read_settings({"CIPHERX_HOST": "192.0.2.7"}), told.append)
    assert "192.0.2.7" in told[0]
    for host in ("0.0.0.0", "::", "::1", "localhost", "127.0.0.1"):
        assert stands_in(read_settings({"CIPHERX_HOST": host}), told.append)


def test_the_children_accept_what_leads_them_to_the_simulation() -> None:
    settings = read_settings(simulated_environ())
    assert settings.source == "simulated"
    assert settings.solana_rpc_url == settings.helius_url


def test_each_chain_of_a_data_directory_has_a_seed_of_its_own(tmp_path: Path) -> None:
    assert [next_seed(tmp_path) for _ in range(3)] == [1, 2, 3]
