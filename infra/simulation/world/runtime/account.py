"""The accounts of the ledger, as mutable state between two transactions."""

import base64
from collections.abc import Callable
from typing import Final

from solders.keypair import Keypair

RENT_PER_BYTE: Final = 6_960
"""Lamports that make one byte of an account rent-exempt (3,480 a byte-year, two years)."""
_OVERHEAD_BYTES: Final = 128


def rent_exempt(size: int) -> int:
    """Lamports an account of ``size`` data bytes must keep."""
    return (size + _OVERHEAD_BYTES) * RENT_PER_BYTE


class LedgerAccount:
    """One address: its lamports and, for a token account, what it holds and for whom.

    ``encode`` gives the data bytes of accounts that are neither wallets nor token accounts.
    """

    __slots__ = (
        "address",
        "amount",
        "encode",
        "frozen",
        "holder",
        "key",
        "keypair",
        "lamports",
        "mint",
        "program",
        "slot",
        "tokens",
    )

    def __init__(self, key: bytes, address: str, program: str, lamports: int = 0) -> None:
        self.key = key
        self.address = address
        self.program = program
        self.lamports = lamports
        self.slot = 0
        self.keypair: Keypair | None = None
        self.mint: MintState | None = None
        self.holder: LedgerAccount | None = None
        self.amount = 0
        self.frozen = False
        self.encode: Callable[[], bytes] | None = None
        self.tokens: dict[MintState, LedgerAccount] | None = None

    def __repr__(self) -> str:
        return f"<{self.address} {self.lamports}>"


class Program(LedgerAccount):
    """An executable account, with the log lines that name it prepared once."""

    __slots__ = ("consumed", "failed", "invoke", "native", "returned", "success")

    def __init__(self, key: bytes, address: str, loader: str, *, native: bool) -> None:
        super().__init__(key, address, loader, 1 if native else 1_141_440)
        self.native = native
        self.invoke = tuple(f"Program {address} invoke [{depth}]" for depth in range(6))
        self.success = f"Program {address} success"
        self.consumed = f"Program {address} consumed "
        self.failed = f"Program {address} failed: "
        self.returned = f"Program return: {address} "


class TransferFee:
    """A Token-2022 transfer fee: ``basis_points`` of each transfer, at most ``maximum``."""

    __slots__ = ("basis_points", "maximum")

    def __init__(self, basis_points: int, maximum: int) -> None:
        self.basis_points = basis_points
        self.maximum = maximum

    def of(self, amount: int) -> int:
        """Base units withheld from a transfer of ``amount``, rounded up as the program does."""
        return min(-(-amount * self.basis_points // 10_000), self.maximum)


class MintState:
    """A token: its supply and who may change it; ``program`` is one of the two token programs."""

    __slots__ = (
        "account",
        "accounts",
        "address",
        "decimals",
        "extension_authority",
        "extensions",
        "freeze_authority",
        "mint_authority",
        "mutable",
        "name",
        "native",
        "program",
        "rent",
        "size_text",
        "supply",
        "symbol",
        "token_account_size",
        "transfer_fee",
        "uri",
        "withheld",
    )

    def __init__(self, account: LedgerAccount, program: Program, decimals: int) -> None:
        self.account = account
        self.address = account.address
        self.program = program
        self.decimals = decimals
        self.supply = 0
        self.mint_authority: LedgerAccount | None = None
        self.freeze_authority: LedgerAccount | None = None
        self.transfer_fee: TransferFee | None = None
        self.withheld: dict[LedgerAccount, int] = {}
        self.extensions: tuple[str, ...] = ()
        self.extension_authority: LedgerAccount | None = None
        self.native = False
        self.token_account_size = 165
        self.rent = rent_exempt(165)
        self.size_text = _size_text(165)
        self.accounts: dict[LedgerAccount, None] = {}
        self.name = ""
        self.symbol = ""
        self.uri = ""
        self.mutable = True

    def resize(self, token_account_size: int) -> None:
        """Say how many bytes an account of this token takes, which sets its rent."""
        self.token_account_size = token_account_size
        self.rent = rent_exempt(token_account_size)
        self.size_text = _size_text(token_account_size)


def _size_text(size: int) -> str:
    return base64.b64encode(size.to_bytes(8, "little")).decode()
