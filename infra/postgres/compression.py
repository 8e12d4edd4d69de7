"""How raw transactions are kept: zstd, a fifth of their size."""

from typing import Final

import zstandard

LEVEL: Final = 3
"""Higher levels save 5 % and cost twice the time on a transaction's 8 KB."""
RAW_BYTES_MAX: Final = 64 * 2**20
"""No transaction is near this; it bounds what a damaged row could unpack to."""

_compressor = zstandard.ZstdCompressor(level=LEVEL)
_decompressor = zstandard.ZstdDecompressor()


def compress(raw: bytes) -> bytes:
    """A zstd frame that states its content's size."""
    return _compressor.compress(raw)


def decompress(frame: bytes) -> bytes:
    """What ``compress`` was given; raises zstandard.ZstdError for anything else."""
    return _decompressor.decompress(frame, max_output_size=RAW_BYTES_MAX)
