"""``cipherx decode``."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from infra.cli.decode import decode


def decode_files(
    *paths: Annotated[Path, Parameter(help="Files, folders, or - for stdin (the default).")],
) -> int:
    """Decode raw transactions into trades and transfers, one JSON object a line, offline.

    Reads getTransaction results, blocks, Helius raw and enhanced entries, .jsonl and .gz.
    What cannot be decoded is named on stderr with its reason; the rest goes on; exit code 1.
    """
    return decode(list(paths))
