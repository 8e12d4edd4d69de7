"""The commands over a log in memory, and who sends them."""

from uuid import UUID, uuid4

import pytest

from commands.bus import CommandBus, command_bus
from tests.support.memory_log import MemoryLog


@pytest.fixture
def log() -> MemoryLog:
    """An empty log."""
    return MemoryLog()


@pytest.fixture
def bus(log: MemoryLog) -> CommandBus:
    """All our commands over that log."""
    return command_bus(log)


@pytest.fixture
def subscriber() -> UUID:
    """Somebody who asks."""
    return uuid4()
