"""A fork confirms blocks and drops them; what survives is consistent with itself."""

from tests.support.simulation import RunningSimulation


async def confirmed_signatures(simulation: RunningSimulation, after: int) -> dict[str, int]:
    options = {"commitment": "confirmed"}
    newest = await simulation.rpc("getSlot", options)
    found: dict[str, int] = {}
    for slot in await simulation.rpc("getBlocks", after + 1, newest, options):
        detail = {**options, "transactionDetails": "signatures"}
        block = await simulation.rpc("getBlock", slot, detail)
        found |= dict.fromkeys(block["signatures"], slot)
    return found


async def test_what_a_fork_confirmed_is_gone_after_it(simulation: RunningSimulation) -> None:
    parted = await simulation.rpc("getSlot", {"commitment": "processed"})
    await simulation.misbehave("fork,amount=4")
    await simulation.blocks(5)
    doomed = await confirmed_signatures(simulation, parted)
    assert doomed
    statuses = await simulation.rpc("getSignatureStatuses", list(doomed))
    assert all(s["confirmationStatus"] == "confirmed" for s in statuses["value"])
    dropped = {entry["signature"] for entry in (await simulation.look("dropped"))["dropped"]}
    assert not dropped
    await simulation.blocks(40)
    survived = await confirmed_signatures(simulation, parted)
    gone = [signature for signature in doomed if signature not in survived]
    assert gone
    assert (await simulation.rpc("getSignatureStatuses", gone))["value"] == [None] * len(gone)
    for signature in gone:
        assert await simulation.rpc("getTransaction", signature) is None
    dropped = {entry["signature"] for entry in (await simulation.look("dropped"))["dropped"]}
    assert dropped == set(doomed)


async def test_no_fork_reaches_finality(simulation: RunningSimulation) -> None:
    final = await simulation.rpc("getSlot")
    await simulation.misbehave("fork,amount=1000")
    for _ in range(60):
        await simulation.blocks(1)
        assert await simulation.rpc("getSlot") >= final
        final = await simulation.rpc("getSlot")


async def test_balances_go_on_from_where_the_chains_parted(simulation: RunningSimulation) -> None:
    await simulation.misbehave("fork,amount=3")
    await simulation.blocks(60)
    options = {"maxSupportedTransactionVersion": 0, "transactionDetails": "accounts"}
    first, last = await simulation.rpc("getFirstAvailableBlock"), await simulation.rpc("getSlot")
    lamports: dict[str, int] = {}
    for slot in await simulation.rpc("getBlocks", first, last):
        for entry in (await simulation.rpc("getBlock", slot, options))["transactions"]:
            meta = entry["meta"]
            for key, before, after in zip(
                entry["transaction"]["accountKeys"],
                meta["preBalances"],
                meta["postBalances"],
                strict=True,
            ):
                address = key["pubkey"]
                assert lamports.get(address, before) == before, (slot, address)
                lamports[address] = after


async def test_a_fork_shows_its_own_accounts_and_takes_them_back(
    simulation: RunningSimulation,
) -> None:
    await simulation.misbehave("fork,amount=3")
    await simulation.blocks(60)
    slot = await simulation.rpc("getSlot")
    options = {"maxSupportedTransactionVersion": 0, "transactionDetails": "accounts"}
    settled: dict[str, int] = {}
    for candidate in await simulation.rpc("getBlocks", slot - 10, slot):
        block = await simulation.rpc("getBlock", candidate, options)
        for entry in block["transactions"]:
            keys = [key["pubkey"] for key in entry["transaction"]["accountKeys"]]
            settled |= dict(zip(keys, entry["meta"]["postBalances"], strict=True))
    for address, lamports in settled.items():
        assert (await simulation.rpc("getBalance", address))["value"] == lamports
