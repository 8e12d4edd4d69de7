"""What the chain says was signed was signed."""

from solders.transaction import VersionedTransaction

from infra.simulation.world.chain import World


def test_every_signature_verifies() -> None:
    for transaction in World(1).next_block().transactions:
        parsed = VersionedTransaction.from_bytes(transaction.wire)
        assert all(parsed.verify_with_results())
        assert bytes(parsed) == transaction.wire
