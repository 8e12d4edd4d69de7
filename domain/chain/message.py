"""Reads a transaction's wire bytes, as the base64 encoding carries them.

Layout: Solana's documents, "Transactions" and "Versioned transactions": compact-u16 counted
signatures, then the message (a first byte of 128 + n means version n, otherwise legacy).
"""

from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import Final

from msgspec import Struct

from domain.chain import base58
from domain.chain.errors import MalformedTransaction

_VERSIONED: Final = 128
_KEY: Final = 32
_SIGNATURE: Final = 64
TRANSACTION_BYTES_MAX: Final = 4096
"""Solana's packet limit is 1,232 bytes; the rest is room for a larger one to come."""


class PackedInstruction(Struct, gc=False):
    """One outer instruction: indexes into the keys, and its data."""

    program: int
    accounts: list[int]
    data: bytes


class PackedTransaction(Struct):
    """The parts the decoder needs; ``keys`` are the static ones."""

    signatures: list[str]
    signers: int
    keys: list[str]
    instructions: list[PackedInstruction]


def unpack(text: str) -> PackedTransaction:
    """Read base64 ``text``; raises MalformedTransaction where it ends early or runs over."""
    if len(text) > TRANSACTION_BYTES_MAX:
        raise MalformedTransaction("transaction[0]", f"{len(text)} characters, too long")
    try:
        reader = _Reader(a2b_base64(text, strict_mode=True))
    except (Base64Error, ValueError):
        raise MalformedTransaction("transaction[0]", "not base64") from None
    signatures = [base58.encode(reader.take(_SIGNATURE)) for _ in range(reader.count())]
    if not signatures:
        raise MalformedTransaction("transaction.signatures", "empty")
    version = reader.peek()
    if version >= _VERSIONED:
        if version != _VERSIONED:
            raise MalformedTransaction("transaction.version", f"unknown: {version - _VERSIONED}")
        reader.take(1)
    signers = reader.take(3)[0]
    keys = [base58.encode(reader.take(_KEY)) for _ in range(reader.count())]
    reader.take(_KEY)  # recent blockhash
    instructions = [_instruction(reader) for _ in range(reader.count())]
    return PackedTransaction(signatures, signers, keys, instructions)


def _instruction(reader: "_Reader") -> PackedInstruction:
    program = reader.take(1)[0]
    accounts = list(reader.take(reader.count()))
    return PackedInstruction(program, accounts, reader.take(reader.count()))


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._raw):
            raise MalformedTransaction(
                "transaction[0]", f"ends at byte {len(self._raw)}, too early"
            )
        taken = self._raw[self._at : end]
        self._at = end
        return taken

    def peek(self) -> int:
        """The next byte, without taking it."""
        byte = self.take(1)[0]
        self._at -= 1
        return byte

    def count(self) -> int:
        """A compact-u16: seven bits a byte, low ones first, at most three bytes."""
        value = 0
        for shift in (0, 7, 14):
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise MalformedTransaction("transaction[0]", "a count longer than three bytes")
