"""``python -m benchmarks [NAME...] [--write]``: measure what is promised, print one table.

``--write`` puts the table into docs/benchmarks.md; figures of a busy machine do not belong there.
"""

import argparse
from typing import Final

from rich.console import Console

from benchmarks.document import write
from benchmarks.harness import in_process_of_its_own, others_percent, table

NAMES: Final = ("appends", "replay", "relay", "latency", "throughput", "footprint")


def main() -> int:
    """Returns 1 when a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    given = parser.parse_args()
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    busy = others_percent()
    figures = {name: in_process_of_its_own(name) for name in given.names or NAMES}
    busy = max(busy, others_percent())
    caption = f"others used {busy:.0f} % of the processors before or after"
    Console().print(table([figure for found in figures.values() for figure in found], caption))
    if given.write:
        write(figures, caption)
    return int(any(one.passed is False for found in figures.values() for one in found))


if __name__ == "__main__":
    raise SystemExit(main())
