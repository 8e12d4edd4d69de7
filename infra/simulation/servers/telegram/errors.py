"""Telegram's refusals: a code, a description a client matches on, and sometimes a wait."""


class Refused(Exception):
    """The Bot API answers ``ok: false``."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


class BadRequest(Refused):
    """The call itself is wrong; repeating it will not help."""

    def __init__(self, what: str) -> None:
        super().__init__(400, f"Bad Request: {what}")


class Forbidden(Refused):
    """The chat does not want this bot."""

    def __init__(self, what: str) -> None:
        super().__init__(403, f"Forbidden: {what}")


class Conflict(Refused):
    """Polling and webhook, or two pollers, at once."""

    def __init__(self, what: str) -> None:
        super().__init__(409, f"Conflict: {what}")


class TooManyRequests(Refused):
    """A limit is reached; ask again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(429, f"Too Many Requests: retry after {retry_after}", retry_after)
