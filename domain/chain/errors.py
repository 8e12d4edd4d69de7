"""Refusals of the decoder.

DomainError
└── MalformedTransaction     the bytes are not a transaction as Solana or Helius write one
"""

from domain.errors import DomainError


class MalformedTransaction(DomainError):
    """``field`` (a path such as ``meta.innerInstructions[0].index``) breaks ``problem``'s rule.

    The same bytes give the same answer: quarantine them, there is nothing to retry.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem
