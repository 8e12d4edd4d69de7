"""People for each test."""

from collections.abc import Iterator

import pytest

from tests.infra.security.people import People


@pytest.fixture
def people() -> Iterator[People]:
    """Nobody yet."""
    people = People()
    yield people
    people.close()
