"""Parameters that several routes take."""

from typing import Annotated, Final
from uuid import UUID

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from api.pagination import LIMIT_MAX
from domain.values import WRAPPED_SOL

POSITION_MAX: Final = 2**63 - 1
WALLET_EXAMPLE: Final = "5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1"
UUID_EXAMPLE: Final = "8fd5f640-722e-5d39-8690-7221526fff20"

Wallet = Annotated[
    str,
    PathParameter(
        description="The wallet's address, base58 of 32 bytes",
        examples=[Example(value=WALLET_EXAMPLE)],
    ),
]
Token = Annotated[
    str,
    PathParameter(
        description="The token's mint, base58 of 32 bytes", examples=[Example(value=WRAPPED_SOL)]
    ),
]
TrackingId = Annotated[
    UUID,
    PathParameter(
        description="`trackingId` of an answer of ours", examples=[Example(value=UUID_EXAMPLE)]
    ),
]
KeyId = Annotated[
    str,
    PathParameter(
        description="`keyId` of an answer of ours", examples=[Example(value="u1Qky16aAAkY3Eee")]
    ),
]
Limit = Annotated[
    int,
    QueryParameter(
        ge=1,
        le=LIMIT_MAX,
        description=f"Entries in a page, at most {LIMIT_MAX}",
        examples=[Example(value=20)],
    ),
]
CursorText = Annotated[
    str | None,
    QueryParameter(
        description="`pagination.next` of the page before this one",
        examples=[Example(value=None)],
    ),
]
Page = Annotated[
    int | None,
    QueryParameter(
        ge=1,
        le=1_000,
        description="Page number, instead of a cursor",
        examples=[Example(value=1)],
    ),
]
PerPage = Annotated[
    int | None,
    QueryParameter(
        name="perPage",
        ge=1,
        le=LIMIT_MAX,
        description="Entries in a numbered page",
        examples=[Example(value=20)],
    ),
]
TokenFilter = Annotated[
    str | None,
    QueryParameter(
        description="Only trades of this mint, on either side",
        examples=[Example(value=WRAPPED_SOL)],
    ),
]
