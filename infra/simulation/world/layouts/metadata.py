"""Where a token's name is kept: Metaplex's metadata account, and Token-2022's own extension.

Layouts: metaplex-foundation/mpl-token-metadata `state/metadata.rs` (strings padded with zeros
to 32, 10 and 200 bytes), and spl-token-metadata-interface `state.rs`.
"""

from typing import Final

from infra.simulation.world.programs.anchor import text
from infra.simulation.world.runtime.account import MintState

METADATA_BYTES: Final = 679
_KEY_METADATA_V1: Final = b"\x04"
_FUNGIBLE: Final = b"\x01\x02"


def metaplex_bytes(mint: MintState, authority: bytes) -> bytes:
    """A metadata account."""
    told = _KEY_METADATA_V1 + authority + mint.account.key
    told += _padded(mint.name, 32) + _padded(mint.symbol, 10) + _padded(mint.uri, 200)
    told += bytes(2) + b"\0" + b"\0" + bytes((mint.mutable,)) + b"\x01\xff" + _FUNGIBLE
    return told.ljust(METADATA_BYTES, b"\0")


def extension_bytes(mint: MintState, authority: bytes) -> bytes:
    """The value of a mint's TokenMetadata extension."""
    told = (authority if mint.mutable else bytes(32)) + mint.account.key
    return told + text(mint.name) + text(mint.symbol) + text(mint.uri) + bytes(4)


def _padded(value: str, size: int) -> bytes:
    return size.to_bytes(4, "little") + value.encode()[:size].ljust(size, b"\0")
