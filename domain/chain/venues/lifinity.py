"""Lifinity v1 and v2. Layout: Lifinity-Labs' SDK, the accounts of its swap instruction."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

_SWAP: Final = Instruction(pool=1, user=2)
V1: Final = Venue("lifinity-v1", ("EewxydAPCCVuNEyrVN68PuSYdQ7wKn27V9Gjeoi8dy3S",), otherwise=_SWAP)
V2: Final = Venue("lifinity-v2", ("2wT8Yq49kHgDzXuPxZSaeLaH1qbmGXtEyPy64bL7aD3c",), otherwise=_SWAP)
