"""Which transactions a webhook wants, and how it wants them."""

from infra.simulation.servers.helius.webhooks import Webhook, Webhooks
from infra.simulation.servers.replies import JsonObject
from infra.simulation.world.render.helius_enhanced import to_helius_enhanced
from infra.simulation.world.render.helius_raw import to_helius_raw
from infra.simulation.world.transaction import Block, SimulatedTransaction


class Matching:
    """Matches a block against every active webhook; each transaction is rendered once a kind."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    def wanted(self, block: Block) -> list[tuple[Webhook, list[JsonObject]]]:
        """For each webhook that watches somebody in the block, what it is to be told."""
        rendered: dict[tuple[str, bool], JsonObject] = {}

        def shown(transaction: SimulatedTransaction, *, raw: bool) -> JsonObject:
            key = transaction.signature, raw
            if key not in rendered:
                render = to_helius_raw if raw else to_helius_enhanced
                rendered[key] = render(transaction)
            return rendered[key]

        told = []
        for webhook in self._webhooks.all():
            if not webhook.active or webhook.kind.startswith("discord"):
                continue
            watched = self._webhooks.watched(webhook.id)
            events = [
                event
                for transaction in block.transactions
                if not watched.isdisjoint(transaction.accounts) and _status(webhook, transaction)
                for event in [shown(transaction, raw=webhook.raw)]
                if _type(webhook, event)
            ]
            if events:
                told.append((webhook, events))
        return told


def _status(webhook: Webhook, transaction: SimulatedTransaction) -> bool:
    match webhook.status:
        case "success":
            return not transaction.failed
        case "failed":
            return transaction.failed
        case _:
            return True


def _type(webhook: Webhook, event: JsonObject) -> bool:
    """Raw webhooks are sent everything, whatever types they name."""
    return webhook.raw or "ANY" in webhook.types or event.get("type") in webhook.types
