"""One node's view of the chain for the length of a request: commitment, lag, missing history."""

from collections.abc import Iterator

from infra.simulation.servers.accounts import AccountStates
from infra.simulation.servers.faults import FaultKind, Faults, Service
from infra.simulation.servers.history import Commitment, History
from infra.simulation.servers.packing import Listed
from infra.simulation.servers.production import Production
from infra.simulation.servers.rpc.errors import below_minimum_slot
from infra.simulation.servers.rpc.parameters import Config
from infra.simulation.world.transaction import Account, Block, SimulatedTransaction


class Node:
    """What the chain looks like from one RPC node, faults included."""

    def __init__(
        self, production: Production, history: History, states: AccountStates, faults: Faults
    ) -> None:
        self.production = production
        self.history = history
        self.states = states
        self.faults = faults
        self._asked = 0

    def next_key(self, what: str) -> str:
        """A name for this request that no other has, for faults to decide by."""
        self._asked += 1
        return f"{what}/{self._asked}"

    def lag(self) -> int:
        """How many blocks this answer is behind the cluster."""
        fault = self.faults.strikes(FaultKind.LAG, self.next_key("lag"), Service.RPC)
        return 0 if fault is None else fault.amount

    def newest(self, config: Config, usual: Commitment = Commitment.FINALIZED) -> Block:
        """The newest block at the asked commitment; raises when it is below minContextSlot."""
        block = self.history.newest(config.commitment or usual, self.lag())
        if block is None:  # the simulation starts with a warm-up, so there is always one
            raise below_minimum_slot(0)
        if config.min_context_slot is not None and block.slot < config.min_context_slot:
            raise below_minimum_slot(block.slot)
        return block

    def account(self, address: str, slot: int) -> Account | None:
        """The account as of a slot."""
        return self.states.at(address, slot, self.production.world)

    def transaction(self, signature: str) -> SimulatedTransaction | None:
        """The transaction, unless it is unknown or a fault hides it."""
        entry = self.history.listing(signature)
        if entry is None or self._hidden(entry):
            return None
        return self.history.transaction(entry)

    def of_address(self, address: str, last_slot: int) -> Iterator[Listed]:
        """What mentions an address up to a slot, newest first."""
        for entry in reversed(self.history.of_address(address)):
            if entry.slot <= last_slot and not self._hidden(entry):
                yield entry

    def _hidden(self, entry: Listed) -> bool:
        faults, signature = self.faults, entry.signature
        if not faults.any_armed:
            return False
        if faults.strikes(FaultKind.MISSING_HISTORY, signature, Service.RPC):
            return True
        newest = self.history.newest(Commitment.PROCESSED)
        age = 0 if newest is None else newest.slot - entry.slot
        late = faults.strikes(FaultKind.LATE_HISTORY, signature, Service.RPC)
        return late is not None and age < late.amount


def status_of(slot: int, node: Node) -> Commitment:
    """The highest commitment a slot's block has reached."""
    for commitment in (Commitment.FINALIZED, Commitment.CONFIRMED):
        newest = node.history.newest(commitment)
        if newest is not None and slot <= newest.slot:
            return commitment
    return Commitment.PROCESSED
