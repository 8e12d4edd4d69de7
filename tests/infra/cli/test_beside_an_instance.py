"""Commands find the instance of their data directory and use its servers."""

import asyncio
import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from infra.cli.doctor import doctor
from infra.cli.environment import command_settings
from infra.cli.status import status
from infra.embedded import ServerUrls
from infra.embedded.data_dir import DataDir
from infra.instance import Instance, Process, write_instance

pytestmark = pytest.mark.servers


@pytest.fixture
def instance(
    tmp_path: Path,
    fresh_database: str,
    server_urls: ServerUrls,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Instance]:
    """One that looks as ``up`` leaves it, with servers that answer."""
    for name in ("DATABASE_URL", "NATS_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    data_dir = DataDir.open(tmp_path / "data", print)
    nowhere = "http://127.0.0.1:1"
    written = Instance(
        pid=os.getpid(),
        started_at="2026-01-01T00:00:00+00:00",
        data_dir=str(data_dir.path),
        api=nowhere,
        rest=f"{nowhere}/v1",
        stream="ws://127.0.0.1:1/v1/stream",
        graphql=f"{nowhere}/v1/graphql",
        openapi=f"{nowhere}/schema",
        health=f"{nowhere}/health/ready",
        metrics=f"{nowhere}/metrics",
        webhook=f"{nowhere}/webhooks/helius",
        webhook_secret="it's secret",
        database_url=fresh_database,
        nats_url=server_urls.nats_url or "",
        redis_url=server_urls.redis_url or "",
        api_key="cx_key",
        processes=(Process("api", os.getpid(), 2, "killed by SIGKILL"),),
    )
    write_instance(written)
    yield written
    data_dir.close()


def test_settings_come_from_the_instance(instance: Instance) -> None:
    settings = command_settings(Path(instance.data_dir))
    assert settings.database_url == instance.database_url
    assert settings.redis_url == instance.redis_url


def test_a_url_that_is_set_wins(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")
    settings = command_settings(Path(instance.data_dir))
    assert settings.database_url == "postgresql://elsewhere/x"
    assert settings.nats_url == instance.nats_url


def test_status_as_json_has_what_a_client_needs(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(json=True, data_dir=Path(instance.data_dir)) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["apiKey"] == "cx_key"
    assert {"api", "rest", "stream", "graphql", "email", "password", "processes"} <= set(shown)
    assert "refused" in shown["readiness"]["error"]


def test_status_as_env_survives_a_shell(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(output="env", data_dir=Path(instance.data_dir)) == 0
    lines = capsys.readouterr().out.splitlines()
    found = dict(shlex.split(line)[0].split("=", 1) for line in lines)
    assert found["CX_WEBHOOK_SECRET"] == instance.webhook_secret
    assert found["DATABASE_URL"] == instance.database_url


def test_status_as_text_shows_restarts(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(data_dir=Path(instance.data_dir)) == 0
    assert "killed by SIGKILL" in capsys.readouterr().out


async def set_back(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE log_head SET position = 50000")
    await connection.close()


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    findings = msgspec.json.decode(capsys.readouterr().out)["findings"]
    return {finding["subject"]: finding for finding in findings}


def test_the_doctor_finds_all_well(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(json=True, data_dir=Path(instance.data_dir)) == 0
    found = report(capsys)
    assert found["Schema"]["ok"] is True
    assert found["NATS"]["ok"] is True
    assert any(subject.startswith("View ") for subject in found)
    assert found["Elasticsearch"]["ok"] is None


def test_the_doctor_finds_what_is_behind(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(set_back(instance.database_url))
    assert doctor(json=True, data_dir=Path(instance.data_dir)) == 1
    found = report(capsys)
    assert found["Relay"] == {
        "subject": "Relay",
        "ok": False,
        "found": "50000 behind",
        "remedy": "Is its role running? cipherx status shows restarts.",
    }
