"""What the benchmarks share: interleaved rounds, medians, and a table of figures and bars."""

import asyncio
import importlib
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from typing import Any, Final

import psutil
import uvloop
from msgspec import Struct
from rich.console import Console
from rich.table import Table

ROUNDS: Final = int(os.environ.get("CIPHERX_BENCH_ROUNDS", "5"))
"""How often each cell is measured; an odd number has a median."""
LOOK_SECONDS: Final = 2.0
CELL_SECONDS: Final = 2.0
"""How long a cell runs in one round: many commits, and yet several rounds a minute."""

Cell = Callable[[], Awaitable[float]]
"""Measures once and returns a rate (per second)."""
Rates = Sequence[float]
"""One rate a round."""

_progress = Console(stderr=True)


class Figure(Struct, frozen=True):
    """One line of the table; ``passed`` is None for what is only there to compare with."""

    name: str
    measured: str
    bar: str = ""
    ratio: str = ""
    passed: bool | None = None


async def interleaved(cells: Mapping[str, Cell], rounds: int = ROUNDS) -> Mapping[str, Rates]:
    """Measure all cells in each round, forwards and backwards in turn: what else happens on the
    machine meets all of them alike."""
    rates: dict[str, list[float]] = {name: [] for name in cells}
    with _progress.status("") as status:
        for number in range(rounds):
            for name in list(cells)[:: -1 if number % 2 else 1]:
                status.update(f"round {number + 1} of {rounds}: {name}")
                rates[name].append(await cells[name]())
    return rates


def ratio(rates: Rates, others: Rates) -> float:
    """How many times the others' rate: the median of the rounds' ratios."""
    return median(ours / theirs for ours, theirs in zip(rates, others, strict=True))


def baseline(name: str, rates: Rates) -> Figure:
    """A line to compare with."""
    return Figure(name, shown(rates))


def times(name: str, rates: Rates, others: Rates, *, at_least: float, of: str) -> Figure:
    """A line that must be that many times another rate (below 1: that part of it)."""
    found = ratio(rates, others)
    return Figure(name, shown(rates), f"{_part(at_least)} {of}", _part(found), found >= at_least)


def any_of(name: str, *figures: Figure) -> Figure:
    """One line for a promise that several bars can keep."""
    return Figure(
        name,
        figures[0].measured,
        " or ".join(figure.bar for figure in figures),
        " or ".join(figure.ratio for figure in figures),
        any(figure.passed for figure in figures),
    )


def rate_at_least(name: str, rates: Rates, at_least: float) -> Figure:
    """A line with a bar in absolute numbers."""
    found = median(rates)
    bar = f"{at_least:,.0f}/s"
    return Figure(name, shown(rates), bar, _part(found / at_least), found >= at_least)


def at_most(name: str, found: float, limit: float, unit: str) -> Figure:
    """A line that must stay below a limit."""
    measured, bar = f"{found:,.1f} {unit}", f"at most {limit:,.0f} {unit}"
    return Figure(name, measured, bar, _part(found / limit), found <= limit)


def shown(rates: Rates) -> str:
    """Median and range."""
    if len(rates) == 1:
        return f"{rates[0]:,.0f}/s"
    return f"{median(rates):,.0f}/s ({min(rates):,.0f}–{max(rates):,.0f})"


def others_percent() -> float:
    """How much of the processors others use, while we do nothing: ratios bear it, times and
    rates in absolute numbers do not."""
    return psutil.cpu_percent(LOOK_SECONDS)


def table(figures: Sequence[Figure], caption: str | None = None) -> Table:
    """The figures for a terminal."""
    lines = Table("figure", "measured", "bar", "ratio", "verdict", caption=caption)
    for figure in figures:
        style = "red" if figure.passed is False else None
        lines.add_row(
            figure.name, figure.measured, figure.bar, figure.ratio, verdict(figure), style=style
        )
    return lines


def verdict(figure: Figure) -> str:
    """A word for what became of the bar."""
    return {True: "met", False: "MISSED", None: ""}[figure.passed]


def run_alone(measure: Callable[[], Coroutine[Any, Any, Sequence[Figure]]]) -> None:
    """Run one benchmark and print its table."""
    busy = f"{others_percent():.0f} % of the processors were busy before we began"
    Console().print(table(uvloop.run(measure()), busy))


def in_process_of_its_own(name: str) -> Sequence[Figure]:
    """The figures of one benchmark, which inherits no other's heap."""
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning) as one:
        return one.submit(_measure, name).result()


async def concurrently(callers: int, once: Callable[[], Awaitable[int]]) -> float:
    """Events per second when so many callers each ask again as soon as they are answered."""
    done = [0] * callers
    deadline = time.perf_counter() + CELL_SECONDS

    async def call(caller: int) -> None:
        while time.perf_counter() < deadline:
            count = await once()
            done[caller] += count

    started = time.perf_counter()
    await asyncio.gather(*(call(caller) for caller in range(callers)))
    return sum(done) / (time.perf_counter() - started)


def _measure(name: str) -> Sequence[Figure]:
    figures: Sequence[Figure] = uvloop.run(importlib.import_module(f"benchmarks.{name}").measure())
    return figures


def _part(value: float) -> str:
    return f"{value * 100:.0f} %" if value < 1.95 else f"{value:,.1f}x"
