"""Which webhook watches which wallets: as few changes as the wanted set allows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

SHARD_ADDRESSES_MAX: Final = 95_000
"""Helius takes 100,000 and, as others found out, acts on some 95,000 without saying so."""


class Shard(Struct, frozen=True):
    """A registered webhook of ours and the addresses it has."""

    webhook_id: str
    addresses: frozenset[str]
    active: bool


class Plan(Struct, frozen=True):
    """What to register: new addresses by webhook, new webhooks, and those to do without."""

    replace: Mapping[str, frozenset[str]]
    create: Sequence[frozenset[str]]
    delete: Sequence[str]
    enable: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether what is registered is what is wanted."""
        return not (self.replace or self.create or self.delete or self.enable)


class Drift(Struct, frozen=True):
    """How far registered is from wanted; anything but zeros is a wallet unheard or paid for."""

    missing: int
    surplus: int
    twice: int
    switched_off: int


def drift(wanted: frozenset[str], shards: Sequence[Shard]) -> Drift:
    """What is wrong right now; a webhook that is switched off watches nobody."""
    heard = [address for shard in shards if shard.active for address in shard.addresses]
    registered = {address for shard in shards for address in shard.addresses}
    return Drift(
        missing=len(wanted - frozenset(heard)),
        surplus=len(registered - wanted),
        twice=sum(len(shard.addresses) for shard in shards) - len(registered),
        switched_off=sum(not shard.active for shard in shards),
    )


def plan(
    wanted: frozenset[str], shards: Sequence[Shard], shard_max: int = SHARD_ADDRESSES_MAX
) -> Plan:
    """Every wanted address in exactly one webhook of at most ``shard_max``.

    An address stays where it is; new ones fill the room that is there before another webhook
    is made. A webhook that nothing is left for is deleted.
    """
    kept: dict[str, set[str]] = {}
    placed: set[str] = set()
    for shard in sorted(shards, key=lambda one: one.webhook_id):
        room = sorted((shard.addresses & wanted) - placed)[:shard_max]
        kept[shard.webhook_id] = set(room)
        placed.update(room)
    unplaced = sorted(wanted - placed)
    for addresses in kept.values():
        room_left = shard_max - len(addresses)
        addresses.update(unplaced[:room_left])
        unplaced = unplaced[room_left:]
    now = {shard.webhook_id: shard for shard in shards}
    return Plan(
        replace={
            name: frozenset(addresses)
            for name, addresses in kept.items()
            if addresses and addresses != now[name].addresses
        },
        create=[frozenset(part) for part in _parts(unplaced, shard_max)],
        delete=[name for name, addresses in kept.items() if not addresses],
        enable=[name for name, addresses in kept.items() if addresses and not now[name].active],
    )


def _parts(addresses: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (addresses[start : start + size] for start in range(0, len(addresses), size))
