"""Parameters that several routes take."""

from typing import Annotated, Final

from litestar.params import Parameter

from api.pagination import LIMIT_MAX

POSITION_MAX: Final = 2**63 - 1
SLOT_EXAMPLE: Final = 301_234_567

Limit = Annotated[
    int, Parameter(ge=1, le=LIMIT_MAX, description=f"Entries in a page, at most {LIMIT_MAX}")
]
CursorText = Annotated[
    str | None, Parameter(description="`pagination.next` of the page before this one")
]
Page = Annotated[
    int | None, Parameter(ge=1, le=1_000, description="Page number, instead of a cursor")
]
PerPage = Annotated[
    int | None,
    Parameter(query="perPage", ge=1, le=LIMIT_MAX, description="Entries in a numbered page"),
]
