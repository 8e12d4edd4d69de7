"""Hashes of API keys' secrets: bcrypt, in one thread, with a bound on what waits for it."""

from typing import Final

import bcrypt

from infra.security.bounded import BoundedThreads

COST: Final = 10
"""74 ms here: the secret has 256 bits, so more would protect nothing."""
THREADS: Final = 1
WAITING_MAX: Final = 16
"""A second or so of waiting; a flood of guesses takes one thread and no more."""


class KeyHashes:
    """Hashes and checks secrets beside the event loop."""

    def __init__(self) -> None:
        self._threads = BoundedThreads("API key", threads=THREADS, waiting_max=WAITING_MAX)

    async def hash(self, secret: str) -> str:
        """What to keep of a secret; raises Overloaded."""
        made = await self._threads.run(lambda: bcrypt.hashpw(secret.encode(), bcrypt.gensalt(COST)))
        return made.decode()

    async def matches(self, kept: str, secret: str) -> bool:
        """Whether it is the secret; raises Overloaded."""
        return await self._threads.run(lambda: bcrypt.checkpw(secret.encode(), kept.encode()))

    def close(self) -> None:
        """Take nothing more."""
        self._threads.close()
