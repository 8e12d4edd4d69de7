"""A failure in the words of the RPC interface."""

from infra.simulation.world.transaction import InstructionFailure

Json = dict[str, object]


def error_to_json(failure: InstructionFailure | None) -> Json | None:
    """``meta.err``: None, or which instruction failed and why."""
    if failure is None:
        return None
    reason = failure.reason
    told: object = {"Custom": reason} if isinstance(reason, int) else reason
    return {"InstructionError": [failure.index, told]}
