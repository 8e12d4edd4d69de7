"""Positional parameters of a call, checked as a node checks them."""

from typing import Final, TypeVar

import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from infra.simulation.servers.history import Commitment
from infra.simulation.servers.rpc.errors import RpcError, invalid

_T = TypeVar("_T")


class DataSlice(msgspec.Struct, frozen=True):
    """Which bytes of an account's data to answer."""

    offset: int
    length: int


class Config(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The configuration object every method takes some fields of; the rest is ignored."""

    commitment: Commitment | None = None
    encoding: str | None = None
    min_context_slot: int | None = None
    max_supported_transaction_version: int | None = None
    transaction_details: str | None = None
    rewards: bool | None = None
    limit: int | None = None
    before: str | None = None
    until: str | None = None
    search_transaction_history: bool | None = None
    data_slice: DataSlice | None = None
    filters: list[dict[str, object]] | None = None
    with_context: bool | None = None
    enable_received_notification: bool | None = None


class Parameters:
    """The list a caller sent, read by place."""

    def __init__(self, values: list[object]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def get(self, place: int) -> object:
        """What stands at ``place``; None past the end."""
        return self._values[place] if place < len(self._values) else None

    def required(self, place: int, shape: type[_T]) -> _T:
        """What stands at ``place`` as ``shape``; raises invalid params."""
        if place >= len(self._values):
            raise invalid(f"`params` should have at least {place + 1} argument(s)")
        return _as(self._values[place], shape)

    def optional(self, place: int, shape: type[_T]) -> _T | None:
        """The same, or None for nothing or null."""
        return None if self.get(place) is None else _as(self.get(place), shape)

    def address(self, place: int) -> str:
        """A public key at ``place``; raises the node's refusals."""
        return checked_address(self.required(place, str))

    def config(self, place: int) -> Config:
        """The configuration at ``place``; a bare text is an encoding, as old clients send it."""
        found = self.get(place)
        if isinstance(found, str):
            return Config(encoding=found)
        return Config() if found is None else _as(found, Config)


def checked_address(text: str) -> str:
    """Base58 of 32 bytes; raises the node's refusals."""
    try:
        return str(Pubkey.from_string(text))
    except ValueError as wrong:
        raise _wrong_base58(text) from wrong


def checked_signature(text: str) -> str:
    """Base58 of 64 bytes; raises the node's refusals."""
    try:
        return str(Signature.from_string(text))
    except ValueError as wrong:
        raise _wrong_base58(text) from wrong


def _wrong_base58(text: str) -> RpcError:
    well_formed = all(character in _BASE58 for character in text)
    return invalid("Invalid param: WrongSize" if well_formed else "Invalid param: Invalid")


_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _as(value: object, shape: type[_T]) -> _T:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as wrong:
        raise invalid(f"Invalid params: {wrong}") from wrong
