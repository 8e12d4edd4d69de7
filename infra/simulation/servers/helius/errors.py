"""Helius's refusals."""

from infra.simulation.servers.replies import JsonObject


class HeliusError(Exception):
    """An HTTP status and a body in Helius's shape."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def shown(self) -> JsonObject:
        """The body."""
        error: JsonObject = {"code": -32000 - self.status, "message": self.message}
        return {"jsonrpc": "2.0", "error": error, "id": None}


def bad_request(message: str) -> HeliusError:
    """400."""
    return HeliusError(400, message)


def not_found(webhook_id: str) -> HeliusError:
    """404."""
    return HeliusError(404, f"webhook not found: {webhook_id}")
