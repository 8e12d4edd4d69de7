"""Passwords: argon2id, beside the event loop."""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import InvalidValue
from infra.security.bounded import BoundedThreads

CHARACTERS_MIN: Final = 12
CHARACTERS_MAX: Final = 256
"""Longer ones cost hashing time and gain nothing."""
MEMORY_KIB: Final = 19_456
ROUNDS: Final = 2
LANES: Final = 1
"""What OWASP's cheat sheet starts from; some 40 ms here."""
THREADS: Final = 1
WAITING_MAX: Final = 16
"""Under a second of waiting, and half the cores for everything else."""


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(ROUNDS, MEMORY_KIB, LANES)
        self._threads = BoundedThreads("password", threads=THREADS, waiting_max=WAITING_MAX)
        self._nobody = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        """What to keep of a password; raises InvalidValue for a bad one, Overloaded."""
        if not CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX:
            rule = f"must have {CHARACTERS_MIN} to {CHARACTERS_MAX} characters"
            raise InvalidValue("password", "•••", rule)
        return await self._threads.run(lambda: self._hasher.hash(password))

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; None, for nobody, takes as long and is False."""
        if len(password) > CHARACTERS_MAX:
            return False
        found = await self._threads.run(lambda: self._verified(kept or self._nobody, password))
        return found and kept is not None

    def close(self) -> None:
        """Take nothing more."""
        self._threads.close()

    def _verified(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
