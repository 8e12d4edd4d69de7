"""A .env file stands behind the shell's variables."""

from pathlib import Path

import pytest

from infra.cli.environment import environment, parse_dot_env


def test_lines_comments_quotes_and_export() -> None:
    text = "# note\nA=1\nexport B='two words'\nC=\"x=y\"\n\n#D=4\nnonsense\nE=\n"
    assert parse_dot_env(text) == {"A": "1", "B": "two words", "C": "x=y", "E": ""}


def test_the_shell_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=DEBUG\nS3_BUCKET=from-file\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    found = environment()
    assert (found["LOG_LEVEL"], found["S3_BUCKET"]) == ("ERROR", "from-file")
