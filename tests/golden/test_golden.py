"""What was ever stored is read for ever, and today's events are stored as they always were."""

import subprocess

import msgspec
import pytest

from domain.aggregate import Created
from domain.catalogue import AGGREGATES, CATALOGUE, events_of
from tests.golden.golden_files import (
    FOLDER,
    Golden,
    goldens,
    is_short,
    missing,
    newest,
    sample,
    written_out,
)

each_golden = pytest.mark.parametrize(
    "golden", list(goldens()), ids=lambda golden: golden.path.stem
)


@each_golden
def test_stored_bytes_still_say_what_is_written_beside_them(golden: Golden) -> None:
    event = CATALOGUE.decode(golden.event_type, golden.stored)
    assert written_out(event) == golden.says


@each_golden
def test_the_bytes_are_those_of_todays_encoder_or_a_layout_that_was_extended(
    golden: Golden,
) -> None:
    if golden == newest()[golden.event_type] and golden.event_type in CATALOGUE.types:
        assert not is_short(golden)
    else:
        assert is_short(golden)


def test_no_event_type_lacks_a_file() -> None:
    lacking = [golden.path.name for golden, _ in missing()]
    assert not lacking, "run `python -m tests.golden.golden_files` and commit what it writes"


def test_no_file_is_of_an_event_type_that_nobody_can_read() -> None:
    for golden in goldens():
        CATALOGUE.decode(golden.event_type, golden.stored)


def test_a_change_of_layout_is_noticed() -> None:
    golden = newest()[next(iter(CATALOGUE.types))]
    fields = msgspec.msgpack.decode(golden.stored)
    fields[-1], fields[-2] = fields[-2], fields[-1]
    with pytest.raises(msgspec.ValidationError):
        CATALOGUE.decode(golden.event_type, msgspec.msgpack.encode(fields))


@each_golden
def test_a_stored_first_event_still_makes_its_aggregate(golden: Golden) -> None:
    event = CATALOGUE.decode(golden.event_type, golden.stored)
    if isinstance(event, Created):
        begun: object = event.mutate(None)
        owners = [kind for kind in AGGREGATES if type(event) in events_of(kind)]
        assert [type(begun)] == owners


def test_a_sample_fills_every_field() -> None:
    for kind in CATALOGUE.types.values():
        assert None not in written_out(sample(kind)).values()  # type: ignore[attr-defined]


def test_files_are_added_and_never_edited_or_removed() -> None:
    for range_ in (["HEAD"], ["--cached", "HEAD"]):
        assert _git("diff", "--diff-filter=MDR", "--name-only", *range_, "--", *_PATTERNS) == ""
    edits = _git("log", "--diff-filter=MDR", "--name-only", "--format=", "--", *_PATTERNS)
    assert edits == "", f"stored for ever, yet edited: {edits}"


_PATTERNS = ("*.msgpack", "*.json")


def _git(*arguments: str) -> str:
    answer = subprocess.run(
        ["git", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        pytest.skip(f"the history is not to be had here: {answer.stderr.strip()}")
    return answer.stdout
