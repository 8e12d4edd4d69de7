"""Sanctum router and Infinity. Layout: igneous-labs, stakedex and s-controller interfaces."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

ROUTER: Final = Venue(
    "sanctum-router",
    ("stkitrT1Uoy18Dk1fTrgPw8W6MVzoCfYoAFT4MLsmhq",),
    kind="router",
)
INFINITY: Final = Venue(
    "sanctum-infinity",
    ("5ocnV1qiCgaQR8Jb8xWnVbApfaygJ8tNoZfgPwsgx9kx",),
    otherwise=Instruction(user=0),
)
