"""Counts wrong tries, so that guessing gets slow while nobody else is held up."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

TRIES_MAX: Final = 5
WINDOW_SECONDS: Final = 60.0
KEPT_MAX: Final = 10_000


class Failures:
    """Wrong tries for each subject within a window that begins with the first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def too_many(self, subject: str) -> bool:
        """Whether the subject has to wait."""
        began, count = self._failed.get(subject, (0.0, 0))
        return count >= TRIES_MAX and self._clock() - began < WINDOW_SECONDS

    def note(self, subject: str) -> None:
        """One more."""
        began, count = self._failed.get(subject, (0.0, 0))
        if not count or self._clock() - began >= WINDOW_SECONDS:
            began, count = self._clock(), 0
        self._failed[subject] = (began, count + 1)
        self._failed.move_to_end(subject)
        if len(self._failed) > KEPT_MAX:
            self._failed.popitem(last=False)
