"""Slow work beside the loop is bounded, and whoever comes too late is told."""

import asyncio
import threading

import pytest

from api.ports import Overloaded
from infra.security.bounded import BoundedThreads


async def test_what_does_not_fit_is_refused_at_once() -> None:
    threads = BoundedThreads("test", threads=1, waiting_max=2)
    gate = threading.Event()
    try:
        waiting = [asyncio.create_task(threads.run(gate.wait)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await threads.run(lambda: None)
        waiting[0].cancel()
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):  # its thread still runs
            await threads.run(lambda: None)
        gate.set()
        assert await asyncio.gather(*waiting[1:]) == [True, True]
        assert await threads.run(lambda: 7) == 7
    finally:
        gate.set()
        threads.close()
