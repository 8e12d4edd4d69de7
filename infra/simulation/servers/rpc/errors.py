"""JSON-RPC refusals with the codes and words of a Solana node."""

from typing import Final

from infra.simulation.servers.replies import JsonObject

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
BLOCK_CLEANED_UP: Final = -32001
BLOCK_NOT_AVAILABLE: Final = -32004
NODE_UNHEALTHY: Final = -32005
SLOT_SKIPPED: Final = -32007
LONG_TERM_STORAGE_UNREACHABLE: Final = -32019
UNSUPPORTED_VERSION: Final = -32015
MIN_CONTEXT_SLOT: Final = -32016
TOO_MANY_REQUESTS: Final = 429


class RpcError(Exception):
    """The answer is an ``error`` object."""

    def __init__(self, code: int, message: str, data: JsonObject | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def shown(self) -> JsonObject:
        """As the answer's ``error``."""
        shown: JsonObject = {"code": self.code, "message": self.message}
        return shown if self.data is None else shown | {"data": self.data}


def invalid(message: str) -> RpcError:
    """Parameters a node refuses."""
    return RpcError(INVALID_PARAMS, message)


def cleaned_up(slot: int, first: int) -> RpcError:
    """A block older than what the node keeps."""
    return RpcError(
        BLOCK_CLEANED_UP,
        f"Block {slot} cleaned up, does not exist on node. First available block: {first}",
    )


def not_available(slot: int) -> RpcError:
    """A block that is yet to reach the commitment asked for."""
    return RpcError(BLOCK_NOT_AVAILABLE, f"Block not available for slot {slot}")


def skipped(slot: int) -> RpcError:
    """A slot whose leader produced nothing that survived."""
    why = "was skipped, or missing due to ledger jump to recent snapshot"
    return RpcError(SLOT_SKIPPED, f"Slot {slot} {why}")


def behind(slots: int) -> RpcError:
    """The node knows that it lags."""
    return RpcError(NODE_UNHEALTHY, f"Node is behind by {slots} slots", {"numSlotsBehind": slots})


def below_minimum_slot(found: int) -> RpcError:
    """The node has not seen the slot the caller has."""
    return RpcError(
        MIN_CONTEXT_SLOT, "Minimum context slot has not been reached", {"contextSlot": found}
    )
