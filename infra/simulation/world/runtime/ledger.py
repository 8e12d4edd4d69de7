"""Every account of the world, found by address."""

import hashlib
from collections.abc import Iterable, Iterator

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from infra.simulation.world.runtime.account import LedgerAccount, MintState, Program

SYSTEM = "11111111111111111111111111111111"


class Ledger:
    """The accounts, by address and by what they are. New keys follow from the seed alone."""

    def __init__(self, seed: int) -> None:
        self._seed = f"cipherx-simulation/{seed}/".encode()
        self._keys = 0
        self.accounts: dict[str, LedgerAccount] = {}
        self.mints: dict[str, MintState] = {}
        self._associated: dict[tuple[LedgerAccount, MintState], LedgerAccount] = {}

    def keypair(self) -> Keypair:
        """A fresh key pair; the n-th of a seed is always the same."""
        self._keys += 1
        seed = hashlib.sha256(self._seed + self._keys.to_bytes(8, "little")).digest()
        return Keypair.from_seed(seed)

    def wallet(self, lamports: int = 0) -> LedgerAccount:
        """A new system account that can sign."""
        pair = self.keypair()
        account = self.at(bytes(pair.pubkey()))
        account.keypair = pair
        account.lamports = lamports
        return account

    def at(self, key: bytes, program: str = SYSTEM, lamports: int = 0) -> LedgerAccount:
        """The account of ``key``; one that nothing has touched yet is what is said here."""
        address = str(Pubkey(key))
        account = self.accounts.get(address)
        if account is None:
            account = LedgerAccount(key, address, program, lamports)
            self.accounts[address] = account
        elif lamports and not account.lamports and not account.slot:
            account.program, account.lamports = program, lamports
        return account

    def known(self, address: str, program: str = SYSTEM, lamports: int = 0) -> LedgerAccount:
        """The account of a base58 address, created when it is new."""
        return self.at(bytes(Pubkey.from_string(address)), program, lamports)

    def fresh(self, program: str, lamports: int) -> LedgerAccount:
        """A new address that no simulated key signs for."""
        return self.at(bytes(self.keypair().pubkey()), program, lamports)

    def derived(
        self, program: Program, *seeds: bytes, owner: str | None = None, lamports: int = 0
    ) -> LedgerAccount:
        """The program-derived account of ``seeds``; its owner is the program unless said."""
        key, _ = Pubkey.find_program_address(list(seeds), Pubkey(program.key))
        return self.at(bytes(key), owner or program.address, lamports)

    def adopt(self, programs: Iterable[Program]) -> None:
        """Make the executable accounts part of this ledger."""
        self.accounts.update((program.address, program) for program in programs)

    def associated(self, holder: LedgerAccount, mint: MintState, creator: Program) -> LedgerAccount:
        """Where ``holder`` keeps ``mint`` by convention; it may not exist yet."""
        found = holder.tokens.get(mint) if holder.tokens is not None else None
        if found is not None:
            return found
        pair = (holder, mint)
        account = self._associated.get(pair)
        if account is None:
            key, _ = Pubkey.find_program_address(
                [holder.key, mint.program.key, mint.account.key], Pubkey(creator.key)
            )
            account = self.at(bytes(key))
            self._associated[pair] = account
        return account

    def live(self) -> Iterator[LedgerAccount]:
        """Accounts that exist, in the order they were first mentioned."""
        return (account for account in self.accounts.values() if account.lamports > 0)
