"""The table in docs/benchmarks.md, between two marks; the prose around it is written by hand."""

import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from benchmarks.harness import ROUNDS, Figure, verdict

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- table: make bench ARGS=--write -->", "<!-- end of table -->"


def write(figures: Mapping[str, Sequence[Figure]], conditions: str) -> None:
    """Replace the table with these figures; benchmarks that did not run lose their lines."""
    text = DOCUMENT.read_text()
    table = "\n".join((BEGIN, *_lines(figures, conditions), END))
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    DOCUMENT.write_text(between.sub(lambda _: table, text))


def _lines(figures: Mapping[str, Sequence[Figure]], conditions: str) -> Iterator[str]:
    yield (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {psutil.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB, Python {platform.python_version()}; "
        f"{ROUNDS} interleaved rounds, medians (lowest–highest); {conditions}."
    )
    yield ""
    yield "| benchmark | figure | measured | bar | ratio | verdict |"
    yield "|---|---|---|---|---|---|"
    for name, found in figures.items():
        for one in found:
            yield (
                f"| {name} | {one.name} | {one.measured} | {one.bar} "
                f"| {one.ratio} | {verdict(one)} |"
            )
