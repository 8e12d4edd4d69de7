"""Feeding recorded transactions from files."""

import gzip
from pathlib import Path

import pytest
from asyncpg import Pool

from infra.intake.replay import BATCH_ENTRIES_MAX, Progress, feed
from infra.postgres.inbox import PostgresInbox
from infra.recorded_files import Unreadable, files_in
from tests.support.made_transactions import swap

pytestmark = pytest.mark.servers


class Told:
    """What the feeder said on its way."""

    def __init__(self) -> None:
        self.received: list[int] = []
        self.unreadable: list[Unreadable] = []

    async def feed(self, folder: Path, inbox: PostgresInbox) -> Progress:
        return await feed(
            files_in([folder]),
            inbox,
            on_progress=lambda progress: self.received.append(progress.received),
            on_unreadable=self.unreadable.append,
        )


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Seven transactions in four files, one of them twice, and one entry that is none."""
    (tmp_path / "1.json").write_bytes(swap(1))
    (tmp_path / "2.json").write_bytes(b"[" + swap(2) + b"," + swap(3) + b',{"no":1}]')
    (tmp_path / "3.jsonl").write_bytes(swap(4) + b"\n" + swap(5) + b"\n" + swap(1) + b"\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "4.json.gz").write_bytes(gzip.compress(swap(6)))
    return tmp_path


async def test_everything_in_a_folder_is_fed(recordings: Path, inbox: PostgresInbox) -> None:
    told = Told()
    progress = await told.feed(recordings, inbox)
    assert progress == Progress(4, received=8, accepted=6, duplicate=1, quarantined=1)
    assert told.received[-1] == 8
    assert told.received == sorted(told.received)


async def test_feeding_again_adds_nothing(recordings: Path, inbox: PostgresInbox) -> None:
    await Told().feed(recordings, inbox)
    again = await Told().feed(recordings, inbox)
    assert (again.received, again.accepted, again.duplicate) == (8, 0, 7)
    assert await inbox.head() == 6


async def test_a_file_that_breaks_off_is_told_and_the_others_are_fed(
    recordings: Path, inbox: PostgresInbox
) -> None:
    broken = recordings / "0.json.gz"
    broken.write_bytes(gzip.compress(swap(7))[:-20])
    told = Told()
    progress = await told.feed(recordings, inbox)
    assert (progress.unreadable, progress.accepted) == (1, 6)
    assert [unreadable.name for unreadable in told.unreadable] == [str(broken)]


async def test_a_transaction_of_the_database_is_bounded(
    tmp_path: Path, inbox: PostgresInbox, pool: Pool
) -> None:
    count = BATCH_ENTRIES_MAX + 1
    (tmp_path / "many.jsonl").write_bytes(b"\n".join(swap(number) for number in range(count)))
    assert (await Told().feed(tmp_path, inbox)).accepted == count
    transactions = await pool.fetch("SELECT count(*) FROM inbox GROUP BY xmin::text ORDER BY 1")
    assert [row[0] for row in transactions] == [1, BATCH_ENTRIES_MAX]
