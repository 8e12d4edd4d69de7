"""Address lookup tables: accounts a version 0 message names by row instead of by address."""

from infra.simulation.world.runtime.account import LedgerAccount, rent_exempt

_HEADER_BYTES = 56


class LookupTable:
    """One table on the ledger; its rows never change once a world has begun.

    The data follow the AddressLookupTable program: u32 kind 1, deactivation slot, last
    extended slot, first row of that extension, an optional authority, padding, then the keys.
    """

    def __init__(self, account: LedgerAccount, rows: list[LedgerAccount]) -> None:
        self.account = account
        self.row = {row: index for index, row in enumerate(rows[:256])}
        account.encode = self._encode
        account.lamports = rent_exempt(_HEADER_BYTES + 32 * len(self.row))

    def _encode(self) -> bytes:
        header = (1).to_bytes(4, "little") + b"\xff" * 8 + bytes(8) + bytes(1) + bytes(1)
        return header.ljust(_HEADER_BYTES, b"\0") + b"".join(row.key for row in self.row)
