"""Trading bots' own programs: they call venues for the user and take a fee.

Source: the programs' names in public parsers' tables and block explorers; no layout is needed.
"""

from typing import Final

from domain.chain.venues.layout import Venue

BANANA_GUN: Final = Venue(
    "banana-gun", ("BANANAjs7FJiPQqJTGFzkZJndT9o7UmKiYYGaJz6frGu",), kind="bot"
)
MAESTRO: Final = Venue("maestro", ("MaestroAAe9ge5HTc64VbBQZ6fP77pwvrhM8i1XWSAx",), kind="bot")
NOVA: Final = Venue("nova", ("NoVA1TmDUqksaj2hB1nayFkPysjJbFiU76dT4qPw2wm",), kind="bot")
BLOOM: Final = Venue("bloom", ("b1oomGGqPKGD6errbyfbVMBuzSC8WtAAYo8MwNafWW1",), kind="bot")
MINTECH: Final = Venue("mintech", ("minTcHYRLVPubRK8nt6sqe2ZpWrGDLQoNLipDJCGocY",), kind="bot")
PHOTON: Final = Venue("photon", ("BSfD6SHZigAfDWSjzD5Q41jw8LmKwtmjskPH9XW1mrRW",), kind="bot")
APEPRO: Final = Venue("apepro", ("JSW99DKmxNyREQM14SQLDykeBvEUG63TeohrvmofEiw",), kind="bot")
AXIOM: Final = Venue(
    "axiom",
    (
        "AxiomfHaWDemCFBLBayqnEnNwE6b7B2Qz3UmzMpgbMG6",
        "AxiomxSitiyXyPjKgJ9XSrdhsydtZsskZTEDam3PxKcC",
        "FLASHX8DrLbgeR8FcfNV1F5krxYcYMUdBkrP1EPBtxB9",
    ),
    kind="bot",
)
TROJAN: Final = Venue("trojan", ("troY36YiPGqMyAYCNbEqYCdN2tb91Zf7bHcQt7KUi61",), kind="bot")
BONKBOT: Final = Venue("bonkbot", ("CxvksNjwhdHDLr3qbCXNKVdcYACW8cs93vFqLqtgyFE5",), kind="bot")
GMGN: Final = Venue("gmgn", ("GMgnVFR8Jb39LoXsEVzb3DvBy3ywCmdmJquHUy1Lrkqb",), kind="bot")
