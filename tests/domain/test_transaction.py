"""What a transaction decides."""

from msgspec.structs import replace

from domain.chain.decoded import BalanceChange, Fees, TokenAmount, Transfer
from domain.errors import NotAllowed
from domain.trade import ChainPlace
from domain.transaction import Transaction
from domain.values import WRAPPED_SOL, BaseUnits, Lamports, Signature, Slot, WalletAddress
from tests.support.given import Given, given, happened, when_new

PLACE = ChainPlace(Signature("5" * 88), Slot(300_000_000), None, None)
PAYER = WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")
FEES = Fees(network=Lamports(5_000), tip=Lamports(10_000))
TRANSFER = Transfer("0", PAYER, None, TokenAmount(WRAPPED_SOL, BaseUnits(7), 9))
CHANGE = BalanceChange(PAYER, PAYER, None, BaseUnits(20_000), BaseUnits(4_993), 9)


def record() -> Transaction:
    return Transaction.record(
        PLACE,
        fee_payer=PAYER,
        signers=(PAYER,),
        failed=False,
        fees=FEES,
        transfers=(TRANSFER,),
        balance_changes=(CHANGE,),
        trade_count=1,
        decoder="1.0.0",
        source="helius",
    )


def given_recorded() -> Given[Transaction]:
    return given(record)


def given_final() -> Given[Transaction]:
    return given(record, lambda t: t.finalize())


def given_retracted() -> Given[Transaction]:
    return given(record, lambda t: t.retract())


def test_a_transaction_is_recorded_with_all_it_moved_and_cost() -> None:
    when_new(record).then(
        happened(
            Transaction.Recorded,
            place=PLACE,
            fee_payer=PAYER,
            signers=(PAYER,),
            failed=False,
            fees=FEES,
            transfers=(TRANSFER,),
            balance_changes=(CHANGE,),
            trade_count=1,
            decoder="1.0.0",
            source="helius",
        )
    )


def test_a_transaction_becomes_final_once() -> None:
    given_recorded().when(lambda t: t.finalize()).then(happened(Transaction.Finalized))
    given_final().when(lambda t: t.finalize()).then_nothing()


def test_a_dropped_transaction_is_retracted_once_and_says_which() -> None:
    given_recorded().when(lambda t: t.retract()).then(happened(Transaction.Retracted, place=PLACE))
    given_retracted().when(lambda t: t.retract()).then_nothing()


def test_final_and_dropped_exclude_each_other() -> None:
    given_final().when(lambda t: t.retract()).then_refused(NotAllowed, "final")
    given_retracted().when(lambda t: t.finalize()).then_refused(NotAllowed, "fork")


LATER = replace(PLACE, slot=Slot(300_000_009))


def reinstate(transaction: Transaction) -> None:
    transaction.reinstate(
        LATER,
        fee_payer=PAYER,
        signers=(PAYER,),
        failed=True,
        fees=FEES,
        transfers=(),
        balance_changes=(CHANGE,),
        trade_count=0,
        decoder="1.0.0",
        source="rpc",
    )


def test_a_retracted_transaction_that_lands_again_says_what_it_did_there() -> None:
    given_retracted().when(reinstate).then(
        happened(
            Transaction.Reinstated,
            place=LATER,
            fee_payer=PAYER,
            signers=(PAYER,),
            failed=True,
            fees=FEES,
            transfers=(),
            balance_changes=(CHANGE,),
            trade_count=0,
            decoder="1.0.0",
            source="rpc",
        )
    )


def test_only_what_was_retracted_is_reinstated() -> None:
    given_recorded().when(reinstate).then_refused(NotAllowed, "no fork")
    given_final().when(reinstate).then_refused(NotAllowed, "no fork")


def test_a_reinstated_transaction_may_become_final_or_be_dropped_again_from_its_new_place() -> None:
    again = given(record, lambda t: t.retract(), reinstate)
    again.when(lambda t: t.finalize()).then(happened(Transaction.Finalized))
    again.when(lambda t: t.retract()).then(happened(Transaction.Retracted, place=LATER))


def test_the_signature_alone_names_the_stream() -> None:
    assert Transaction.create_id(replace(PLACE, slot=Slot(1))) == record().id
    assert Transaction.create_id(replace(PLACE, signature=Signature("6" * 88))) != record().id
