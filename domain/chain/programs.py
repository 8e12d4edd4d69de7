"""Addresses of the programs every transaction is made of.

Source: Solana's documents ("Native programs", "SPL") and the block explorer's program list.
"""

from typing import Final

SYSTEM: Final = "11111111111111111111111111111111"
TOKEN: Final = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"  # noqa: S105
TOKEN_2022: Final = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"  # noqa: S105
ASSOCIATED_TOKEN: Final = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"  # noqa: S105
COMPUTE_BUDGET: Final = "ComputeBudget111111111111111111111111111111"
VOTE: Final = "Vote111111111111111111111111111111111111111"
STAKE: Final = "Stake11111111111111111111111111111111111111"
ED25519: Final = "Ed25519SigVerify111111111111111111111111111"
SECP256K1: Final = "KeccakSecp256k11111111111111111111111111111"
SECP256R1: Final = "Secp256r1SigVerify1111111111111111111111111"

TOKEN_PROGRAMS: Final = frozenset({TOKEN, TOKEN_2022})
SIGNATURE_PROGRAMS: Final = frozenset({ED25519, SECP256K1, SECP256R1})
"""Each signature these verify costs as much as one of the transaction's own."""
LEAVES: Final = frozenset({SYSTEM, TOKEN, TOKEN_2022, COMPUTE_BUDGET})
"""Programs that call no other: what follows one was called by somebody else."""
