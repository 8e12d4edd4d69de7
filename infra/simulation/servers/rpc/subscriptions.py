"""What a WebSocket client subscribed to, and the notification each block gives it."""

from collections.abc import Iterator

import msgspec

from infra.simulation.servers.history import Commitment
from infra.simulation.servers.production import Step
from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.rpc.chain_methods import context
from infra.simulation.servers.rpc.errors import METHOD_NOT_FOUND, RpcError, invalid
from infra.simulation.servers.rpc.node import Node, status_of
from infra.simulation.servers.rpc.parameters import (
    Config,
    Parameters,
    checked_address,
    checked_signature,
)
from infra.simulation.servers.rpc.rendering import account_shown
from infra.simulation.world.render.errors import error_to_json
from infra.simulation.world.transaction import Block, InstructionFailure


class Subscription(msgspec.Struct, frozen=True):
    """One subscription; ``subject`` is an address, a signature or empty for everything."""

    kind: str
    commitment: Commitment = Commitment.FINALIZED
    subject: str = ""
    config: Config = Config()


KINDS = ("slot", "logs", "account", "signature", "root", "program")


def subscription(kind: str, given: Parameters) -> Subscription:
    """The subscription a call asks for; raises RpcError as a node would."""
    if kind in ("slot", "root"):
        return Subscription(kind)
    config = given.config(1)
    commitment = config.commitment or Commitment.FINALIZED
    match kind:
        case "account" | "program":
            return Subscription(kind, commitment, given.address(0), config)
        case "signature":
            signature = checked_signature(given.required(0, str))
            return Subscription(kind, commitment, signature, config)
        case "logs":
            return Subscription(kind, commitment, _mentioned(given.get(0)), config)
        case _:
            raise RpcError(METHOD_NOT_FOUND, "Method not found")


def notifications(wanted: Subscription, step: Step, node: Node) -> Iterator[object]:
    """The results a step gives a subscription, in order."""
    match wanted.kind:
        case "slot":
            yield _slot(step.produced, node)
        case "root":
            yield from (block.slot for block in step.finalized)
        case _:
            for block in step.reached(wanted.commitment):
                yield from _of_block(wanted, block, node)


def _of_block(wanted: Subscription, block: Block, node: Node) -> Iterator[JsonObject]:
    match wanted.kind:
        case "logs":
            yield from _logs(block, wanted.subject)
        case "signature":
            found = (t for t in block.transactions if t.signature == wanted.subject)
            yield from (settled(transaction.meta.err, block) for transaction in found)
        case "account":
            if any(wanted.subject in t.accounts for t in block.transactions):
                yield from _account(wanted, block, node)
        case "program":
            yield from _program(wanted, block, node)


def already_settled(wanted: Subscription, node: Node) -> JsonObject | None:
    """The result of a signature that has reached its commitment before it was asked about."""
    found = node.history.listing(wanted.subject)
    order = list(Commitment)
    if found is None or order.index(status_of(found.slot, node)) < order.index(wanted.commitment):
        return None
    block = node.history.block(found.slot)
    return None if block is None else settled(found.error, block)


def settled(error: InstructionFailure | None, block: Block) -> JsonObject:
    """A signature's notification."""
    return {"context": context(block), "value": {"err": error_to_json(error)}}


def _mentioned(choice: object) -> str:
    if choice in ("all", "allWithVotes"):
        return ""
    mentions = choice.get("mentions") if isinstance(choice, dict) else None
    if not isinstance(mentions, list) or not all(isinstance(m, str) for m in mentions):
        raise invalid("Invalid params: expected `all`, `allWithVotes` or `mentions`")
    if len(mentions) != 1:
        raise invalid("Invalid Request: Only 1 address supported")
    return checked_address(mentions[0])


def _slot(block: Block, node: Node) -> JsonObject:
    final = node.history.newest(Commitment.FINALIZED)
    root = block.slot if final is None else final.slot
    return {"parent": block.parent_slot, "root": root, "slot": block.slot}


def _logs(block: Block, subject: str) -> Iterator[JsonObject]:
    for transaction in block.transactions:
        if not subject or subject in transaction.accounts:
            value = {
                "err": error_to_json(transaction.meta.err),
                "logs": list(transaction.meta.log_messages),
                "signature": transaction.signature,
            }
            yield {"context": context(block), "value": value}


def _account(wanted: Subscription, block: Block, node: Node) -> Iterator[JsonObject]:
    account = node.account(wanted.subject, block.slot)
    if account is not None and account.slot == block.slot:  # mentioned is not yet changed
        shown = account_shown(account, wanted.config, "base58")
        yield {"context": context(block), "value": shown}


def _program(wanted: Subscription, block: Block, node: Node) -> Iterator[JsonObject]:
    mentioned = {a: None for t in block.transactions for a in t.accounts}
    for address in mentioned:
        account = node.account(address, block.slot)
        if account and account.owner == wanted.subject and account.slot == block.slot:
            shown = account_shown(account, wanted.config, "base64")
            yield {"context": context(block), "value": {"account": shown, "pubkey": address}}
