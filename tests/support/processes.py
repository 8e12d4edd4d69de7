"""Waiting for processes to end."""

import time
from typing import Final

import psutil

GONE_SECONDS_MAX: Final = 30.0


def wait_until_gone(pids: list[int]) -> None:
    """Return once none of ``pids`` runs; a zombie that nobody reaps does not count."""
    deadline = time.monotonic() + GONE_SECONDS_MAX
    while left := [pid for pid in pids if is_running(pid)]:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether ``pid`` can still do anything."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def children(pid: int) -> list[int]:
    """Every process below ``pid``."""
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]
