"""Compares a view in Redis with a replay, while the view goes on changing."""

from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import blake2b

from domain.values import GlobalPosition
from infra.projecting.comparison import SHOWN_MAX, Advance, Comparison
from infra.redis.keyed_store import RedisKeyedStore
from projections.ports import Place


class _Digest:
    """A sum of hashes: the same for the same values in any order."""

    def __init__(self) -> None:
        self.values = 0
        self._sum = 0

    def add(self, place: Place, value: bytes | None) -> None:
        if value is not None:
            self.values += 1
            text = f"{len(place.key)} {place.key} {len(place.field)} {place.field} ".encode()
            digest = blake2b(text + value, digest_size=16).digest()
            self._sum = (self._sum + int.from_bytes(digest, "big")) % 2**128

    def __str__(self) -> str:
        return f"{self._sum:032x}"


async def compare_keyed(
    view: str, live: RedisKeyedStore, replay: RedisKeyedStore, advance: Advance
) -> Comparison:
    """Compare page by page while the view goes on changing: each page is read together with
    its checkpoint, and the replay is brought to exactly there."""
    digest, expected, differences = _Digest(), _Digest(), list[str]()
    checkpoint = GlobalPosition(0)
    async for page in _distinct(live, replay):
        seen = await live.read(page)
        await advance(seen.checkpoint)
        checkpoint = seen.checkpoint
        wanted = (await replay.read(page)).values
        for place in page:
            digest.add(place, seen.values[place])
            expected.add(place, wanted[place])
        differences += _differences(seen.values, wanted)
    return Comparison(
        view, checkpoint, digest.values, str(digest), str(expected), differences[:SHOWN_MAX]
    )


async def _distinct(*stores: RedisKeyedStore) -> AsyncIterator[Sequence[Place]]:
    """Every place of any of the stores, once; and one empty page, so that checkpoints of
    empty views are compared too."""
    done: set[Place] = set()
    yield ()
    for store in stores:
        async for page in store.places():
            fresh = [place for place in dict.fromkeys(page) if place not in done]
            done.update(fresh)
            if fresh:
                yield fresh


def _differences(
    found: Mapping[Place, bytes | None], wanted: Mapping[Place, bytes | None]
) -> list[str]:
    return [
        f"{place.key} {place.field}: {_shown(value)}, replay gives {_shown(wanted[place])}"
        for place, value in found.items()
        if value != wanted[place]
    ]


def _shown(value: bytes | None) -> str:
    return "nothing" if value is None else value.hex()
