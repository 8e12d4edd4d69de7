"""What a role cannot do without."""


class NotConfigured(Exception):
    """A role was started on its own without the address of a server it needs."""

    def __init__(self, variable: str) -> None:
        super().__init__(
            f"{variable} is not set: give it, or run `cipherx up`, which starts the servers"
        )
        self.variable = variable


def needed(value: str | None, variable: str) -> str:
    """The setting, or NotConfigured naming the variable that would hold it."""
    if value is None:
        raise NotConfigured(variable)
    return value
