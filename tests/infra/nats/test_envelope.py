"""A row travels as it is."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import CATALOGUE
from infra.nats.envelope import seal, subject, unseal
from infra.postgres.rows import LogRow


@given(
    st.builds(
        LogRow,
        st.integers(1, 2**63 - 1),
        st.uuids(),
        st.integers(1, 2**31 - 1),
        st.sampled_from(sorted(CATALOGUE.types)),
        st.binary(),
        st.binary(),
        st.datetimes(timezones=st.just(UTC)),
    )
)
def test_what_is_sealed_is_unsealed(row: LogRow) -> None:
    assert unseal(seal(row)) == row


def test_all_versions_of_an_event_share_a_subject() -> None:
    assert subject("trade.recorded.v1") == subject("trade.recorded.v2") == "events.trade.recorded"


@pytest.mark.parametrize("name", sorted(CATALOGUE.types))
def test_every_event_has_a_subject_of_three_words(name: str) -> None:
    words = subject(name).split(".")
    assert words[0] == "events"
    assert len(words) == 3
    assert all(words)


@pytest.mark.parametrize("payload", [b"", b"\xc1", b"\x90", b"hello"])
def test_anything_else_is_refused(payload: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        unseal(payload)


def test_an_unknown_type_travels_too() -> None:
    row = LogRow(1, uuid4(), 1, "moon.landed.v7", b"x", b"y", datetime.now(UTC))
    assert unseal(seal(row)) == row
