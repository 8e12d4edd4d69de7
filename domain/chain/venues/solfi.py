"""SolFi. Layout: observed (closed source); any call that takes and gives is a swap."""

from typing import Final

from domain.chain.venues.layout import Instruction, Venue

VENUE: Final = Venue(
    "solfi",
    (
        "SoLFiHG9TfgtdUXUjWAxi3LtvYuFyDLVhBWxdMZxyCe",
        "SV2EYYJyRz2YhfXwXnhNAevDEui5Q6yrfyo13WtupPF",
    ),
    otherwise=Instruction(pool=1, user=0),
)
