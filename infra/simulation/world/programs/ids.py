"""The programs of the simulated chain, under their real addresses.

Program accounts never change, so every world shares these objects.
Source of the addresses: each program's own documentation, as collected by the public
explorers; `labels/program_ids.csv` of the recorded data lists the same.
"""

from typing import Final

from solders.pubkey import Pubkey

from infra.simulation.world.runtime.account import LedgerAccount, Program

NATIVE_LOADER: Final = "NativeLoader1111111111111111111111111111111"
UPGRADEABLE_LOADER: Final = "BPFLoaderUpgradeab1e11111111111111111111111"
_SYSVAR: Final = "Sysvar1111111111111111111111111111111111111"


def _key(address: str) -> bytes:
    return bytes(Pubkey.from_string(address))


def _program(address: str, *, native: bool = False) -> Program:
    loader = NATIVE_LOADER if native else UPGRADEABLE_LOADER
    return Program(_key(address), address, loader, native=native)


def _sysvar(address: str, lamports: int) -> LedgerAccount:
    return LedgerAccount(_key(address), address, _SYSVAR, lamports)


SYSTEM: Final = _program("11111111111111111111111111111111", native=True)
COMPUTE_BUDGET: Final = _program("ComputeBudget111111111111111111111111111111", native=True)
VOTE: Final = _program("Vote111111111111111111111111111111111111111", native=True)
LOOKUP_TABLE: Final = _program("AddressLookupTab1e1111111111111111111111111", native=True)
TOKEN: Final = _program("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022: Final = _program("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN: Final = _program("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
MEMO: Final = _program("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
METADATA: Final = _program("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s")
PUMP: Final = _program("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P")
PUMP_AMM: Final = _program("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA")
RAYDIUM_V4: Final = _program("675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8")
RAYDIUM_CPMM: Final = _program("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C")
OPENBOOK: Final = _program("srmqPvymJeFKQ4zGQed1GFppgkRHL9kaELCbyksJtPX")
WHIRLPOOL: Final = _program("whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc")
METEORA_DAMM_V2: Final = _program("cpamdpZCGKUy5JxQXB4dcpGPiikHawvSWAd6mEn1sGG")
JUPITER: Final = _program("JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4")
CHAINLINK_OCR2: Final = _program("cjg3oHmg9uuPsP8D6g29NWvhySJkdYdAo9D25PRbKXJ")
CHAINLINK_STORE: Final = _program("HEvSKofvBgfaexv23kMabbYqxasxU3mQ4ibBMEmJWHny")
RENT: Final = _sysvar("SysvarRent111111111111111111111111111111111", 1_009_200)
CLOCK: Final = _sysvar("SysvarC1ock11111111111111111111111111111111", 1_169_280)

PROGRAMS: Final = tuple(value for value in list(globals().values()) if isinstance(value, Program))
SYSVARS: Final = (RENT, CLOCK)

WRAPPED_SOL: Final = "So11111111111111111111111111111111111111112"
USDC: Final = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
USDT: Final = "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"
INCINERATOR: Final = "1nc1nerator11111111111111111111111111111111"
