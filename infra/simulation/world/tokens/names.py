"""Names for new tokens: two words and a few letters, by no means unique, as in life."""

from random import Random
from typing import Final

_FIRST: Final = (
    "Baby", "Turbo", "Based", "Sleepy", "Golden", "Tiny", "Cyber", "Lunar", "Soggy", "Mega",
    "Sneaky", "Holy", "Frozen", "Salty", "Royal", "Lazy", "Angry", "Dancing", "Quantum", "Retro",
)  # fmt: skip
_SECOND: Final = (
    "Cat", "Dog", "Frog", "Ape", "Whale", "Pickle", "Toad", "Hamster", "Wizard", "Goose",
    "Shrimp", "Panda", "Robot", "Otter", "Pigeon", "Waffle", "Llama", "Crab", "Moth", "Bean",
)  # fmt: skip


def invent(random: Random) -> tuple[str, str, str]:
    """A name, a symbol, and where its picture would be."""
    first, second = random.choice(_FIRST), random.choice(_SECOND)
    symbol = (first[:2] + second[:3]).upper()
    path = f"{random.getrandbits(200):050x}"
    return f"{first} {second}", symbol, f"https://ipfs.io/ipfs/bafkrei{path[:52]}"
