"""Where the recorded transactions are; tests that need them skip, saying why, without them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_DEFAULT: Final = _REPOSITORY.parent / "shared" / "data"


def recorded_data(folder: str = "") -> Path:
    """The folder of recorded data (or one of its parts); skips the test when it is not there."""
    root = Path(os.environ.get("CIPHERX_TEST_DATA", _DEFAULT))
    path = root / folder
    if not path.exists():
        pytest.skip(f"recorded data is not at {path}; set CIPHERX_TEST_DATA to its folder")
    return path


def recorded_transactions() -> Iterator[tuple[str, bytes]]:
    """Every recorded getTransaction result: its signature (the file's name) and its bytes."""
    for file in sorted(recorded_data("transactions").glob("*.json")):
        if file.name != "peer_trades.json":
            yield file.stem, file.read_bytes()
