"""What keeps us from starting, each with what to do about it.

CannotStart                      an operator can put it right
├── DataDirUnusable              not writable, in use, of a newer version
├── BinaryMissing                a server's program is nowhere
├── ServerDidNotStart            it ran and ended, or never answered
└── PortTaken                    the asked-for port is somebody else's
"""


class CannotStart(Exception):
    """Starting is impossible as things are; ``remedy`` says what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n{remedy}" if remedy else problem)
        self.problem = problem
        self.remedy = remedy


class DataDirUnusable(CannotStart):
    """The data directory is not writable, in use, or written by a newer version."""


class BinaryMissing(CannotStart):
    """A server's program was found neither in the settings, nor in a wheel, nor on PATH."""


class ServerDidNotStart(CannotStart):
    """A server ended, or did not answer in time."""


class PortTaken(CannotStart):
    """The port that was asked for belongs to another process."""
