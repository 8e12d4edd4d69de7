"""How a venue describes itself: its programs, and what each instruction's accounts mean."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct

from domain.chain.transaction import Call

Does = Literal[
    "swap", "add", "remove", "collect", "create_pool", "create_token", "migrate", "other"
]
Kind = Literal["pool", "router", "bot", "orders"]

EVENT: Final = bytes.fromhex("e445a52e51cb9a1d")
"""What every Anchor event emitted through a call to oneself starts with."""


class Instruction(Struct, frozen=True):
    """What an instruction does; ``pool`` and ``user`` are places in its accounts, None unknown.

    ``user`` is who signs for what goes in, negative places count from the end. Several ``pools``
    mean that the instruction itself swaps through them in turn. ``mints``
    allows what comes out to be minted and what goes in to be burnt, as stake pools do.
    ``pays_direct`` means the program may pay lamports out of an account of its own, which no
    instruction shows; ``paid`` reads from its event how many lamports the user got.
    """

    does: Does = "swap"
    pool: int | None = None
    user: int | None = None
    pools: tuple[int, ...] = ()
    mints: bool = False
    pays_direct: bool = False
    paid: Callable[[bytes], int] | None = None


class Venue(Struct, frozen=True):
    """One row of the registry.

    ``instructions`` are by the first bytes of the data, ``prefix`` of them; an instruction not
    listed is ``otherwise``, and None there means it is not looked at. ``order`` names, of a call
    that fills an order, who holds what the order gives and for whom, from the call and the keys.
    """

    name: str
    programs: tuple[str, ...]
    kind: Kind = "pool"
    prefix: int = 8
    instructions: Mapping[bytes, Instruction] = {}
    otherwise: Instruction | None = Instruction()
    pays_direct: bool = False
    order: Callable[[Call, Sequence[str]], tuple[str, str] | None] | None = None

    def instruction(self, data: bytes) -> Instruction | None:
        """What an instruction with ``data`` does here; None when nothing that matters."""
        return self.instructions.get(data[: self.prefix], self.otherwise)


def anchor(**names: Instruction) -> dict[bytes, Instruction]:
    """Instructions by Anchor's discriminator: the first 8 bytes of sha256("global:" + name)."""
    return {sha256(f"global:{name}".encode()).digest()[:8]: does for name, does in names.items()}


def each(does: Instruction, *names: str) -> dict[bytes, Instruction]:
    """The same meaning for several Anchor instructions."""
    return anchor(**dict.fromkeys(names, does))


def event(name: str) -> bytes:
    """How a CPI event of this name starts: Anchor's tag, then the event's discriminator."""
    return EVENT + sha256(f"event:{name}".encode()).digest()[:8]
