"""The first screen names every address and only commands that can be pasted."""

import shlex
from pathlib import Path

from infra.embedded import ServerUrls
from infra.settings import read_settings
from infra.supervisor.banner import banner
from infra.supervisor.environment import children_environ, describe
from infra.supervisor.prepare import Prepared

URLS = ServerUrls("postgresql://u:p@h/x", "nats://u:p@h", "redis://:p@h")


def shown(data_dir: Path, prepared: Prepared, host: str = "127.0.0.1") -> str:
    data_dir.mkdir(exist_ok=True)
    settings = read_settings({}, data_dir=data_dir, host=host)
    environ = children_environ(settings, {}, URLS, 8123)
    return banner(describe(read_settings(environ), prepared), skipped=("relay",))


def test_addresses_login_and_a_warning_are_shown(tmp_path: Path) -> None:
    text = shown(tmp_path, Prepared((), "demo@cipherx.local", "pass word", "cx_key"))
    for part in ("http://127.0.0.1:8123/v1", "demo@cipherx.local", "pass word", "cx_key"):
        assert part in text
    assert "Not for production" in text
    assert "no role relay yet" in text


def test_every_command_is_one_a_shell_understands(tmp_path: Path) -> None:
    text = shown(tmp_path / "it's a folder", Prepared((), "e", "p", "cx_key"))
    commands = [line for line in text.splitlines() if line.startswith("  curl")]
    assert len(commands) == 3
    assert any("Authorization: Bearer cx_key" in shlex.split(line) for line in commands)
    ingest = next(line for line in text.splitlines() if " ingest " in line)
    assert str(tmp_path / "it's a folder") in shlex.split(ingest)


def test_listening_everywhere_shows_an_address_that_works(tmp_path: Path) -> None:
    assert "http://127.0.0.1:8123/v1" in shown(tmp_path, Prepared(), host="0.0.0.0")
    assert "http://[::1]:8123/v1" in shown(tmp_path, Prepared(), host="::")


def test_a_simulated_chain_is_told_apart_and_its_wallet_shown(tmp_path: Path) -> None:
    assert "SIMULATED" not in shown(tmp_path, Prepared())
    settings = read_settings({}, data_dir=tmp_path)
    environ = children_environ(settings, {}, URLS, 8123)
    instance = describe(read_settings(environ), Prepared())
    text = banner(instance, simulated=True, wallet="Some1Wallet")
    assert "SIMULATED chain: nothing here is real" in text
    assert "/wallets/Some1Wallet/trades" in text
