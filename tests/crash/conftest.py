"""How long and how random the crash runs are."""

import secrets

import pytest


@pytest.fixture
def crash_kills(request: pytest.FixtureRequest) -> int:
    """How many processes to kill."""
    kills: int = request.config.getoption("--crash-kills")
    return kills


@pytest.fixture
def crash_seed(request: pytest.FixtureRequest) -> int:
    """A new seed for each run; the failing one is shown and can be given again."""
    given: int | None = request.config.getoption("--crash-seed")
    seed = secrets.randbelow(2**32) if given is None else given
    print(f"--crash-seed {seed}")
    return seed
