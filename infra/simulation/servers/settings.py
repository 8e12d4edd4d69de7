"""What a simulation is started with."""

from pathlib import Path
from typing import Final

import msgspec

LOOPBACK: Final = "127.0.0.1"
"""The only address the servers ever listen on: they hold no secrets and ask for none."""
SLOT_MS: Final = 400
"""A slot of the real chain."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One simulation; the same settings give the same chain.

    ``speed`` multiplies real time; 0 produces no block by itself, only when asked to.
    ``tps`` is the transactions a second of the chain's own time.
    """

    seed: int = 1
    tps: int = 20
    speed: int = 1
    port: int = 0
    smtp_port: int = 0
    warm_up_blocks: int = 80
    genesis_time: int | None = None
    faults: str = ""
    truth_path: Path | None = None
