"""The newest entries of the log, kept so that several projections read them once."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice

from domain.values import GlobalPosition
from projections.entry import Entry


class Window:
    """A gapless run of entries that ends at ``last``; its oldest make room for new ones."""

    def __init__(self, last: GlobalPosition, size_max: int) -> None:
        self.last = last
        self._entries: deque[Entry] = deque(maxlen=size_max)

    def add(self, entry: Entry) -> bool:
        """Append what follows; an older one is dropped. False means that entries between
        ``last`` and this one are missing: add those first."""
        if entry.position > self.last + 1:
            return False
        if entry.position == self.last + 1:
            self._entries.append(entry)
            self.last = entry.position
        return True

    def extend(self, entries: Iterable[Entry]) -> None:
        """Append a gapless run; what is in already is dropped."""
        for entry in entries:
            added = self.add(entry)
            assert added, f"a page of the log skipped to {entry.position} after {self.last}"

    def above(self, after: GlobalPosition, limit: int) -> Sequence[Entry] | None:
        """The entries above ``after``, empty at the end; None when the window no longer, or
        not yet, reaches back that far."""
        start = after - (self.last - len(self._entries))
        if start < 0:
            return None
        return list(islice(self._entries, start, start + limit))

    def restart(self, last: GlobalPosition) -> None:
        """Forget everything and go on after ``last``."""
        self._entries.clear()
        self.last = last
