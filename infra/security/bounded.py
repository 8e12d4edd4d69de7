"""Slow hashing beside the event loop, with a bound on what may wait for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.ports import Overloaded

T = TypeVar("T")


class BoundedThreads:
    """At most ``threads`` run and ``waiting_max`` wait; whoever comes then is told so at once."""

    def __init__(self, name: str, *, threads: int, waiting_max: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._name = name
        self._free = threads + waiting_max

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work in a thread; raises Overloaded when too much waits already."""
        if self._free == 0:
            raise Overloaded(f"too many {self._name} checks are waiting; try again soon")
        self._free -= 1
        running = asyncio.get_running_loop().run_in_executor(self._executor, work)
        running.add_done_callback(self._freed)  # not before: the thread goes on without a caller
        return await asyncio.shield(running)

    def close(self) -> None:
        """Take nothing more; what runs is finished by its thread."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _freed(self, _done: object) -> None:
        self._free += 1
