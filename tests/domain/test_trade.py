"""What a trade decides."""

from msgspec.structs import replace

from domain.chain.decoded import DecodedTrade, TokenAmount
from domain.errors import NotAllowed
from domain.trade import ChainPlace, Trade
from domain.values import WRAPPED_SOL, BaseUnits, Mint, Signature, Slot, UnixSeconds, WalletAddress
from tests.support.given import Given, given, happened, when_new

PLACE = ChainPlace(Signature("5" * 88), Slot(300_000_000), 17, UnixSeconds(1_730_000_000))
TRADER = WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")
BONK = Mint("DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263")
BOUGHT = DecodedTrade(
    path="2-1",
    trader=TRADER,
    signer=TRADER,
    side="buy",
    token_in=TokenAmount(WRAPPED_SOL, BaseUnits(1_000_000_000), 9),
    token_out=TokenAmount(BONK, BaseUnits(500_000), 5),
    venue="raydium-v4",
    pool=None,
    legs=(),
)
READ_BETTER = replace(BOUGHT, token_out=TokenAmount(BONK, BaseUnits(499_000), 5))


def record() -> Trade:
    return Trade.record(PLACE, BOUGHT, "1.0.0")


def given_recorded() -> Given[Trade]:
    return given(record)


def given_final() -> Given[Trade]:
    return given(record, lambda t: t.finalize())


def given_retracted() -> Given[Trade]:
    return given(record, lambda t: t.retract())


def test_a_trade_is_recorded_as_read() -> None:
    when_new(record).then(happened(Trade.Recorded, place=PLACE, trade=BOUGHT, decoder="1.0.0"))


def test_a_trade_becomes_final_once() -> None:
    given_recorded().when(lambda t: t.finalize()).then(happened(Trade.Finalized))
    given_final().when(lambda t: t.finalize()).then_nothing()


def test_a_dropped_trade_is_retracted_once_and_says_what_it_was() -> None:
    given_recorded().when(lambda t: t.retract()).then(
        happened(Trade.Retracted, place=PLACE, trade=BOUGHT)
    )
    given_retracted().when(lambda t: t.retract()).then_nothing()


def test_nothing_final_is_taken_back() -> None:
    given_final().when(lambda t: t.retract()).then_refused(NotAllowed, PLACE.signature[:8])


def test_nothing_dropped_becomes_final_or_corrected() -> None:
    given_retracted().when(lambda t: t.finalize()).then_refused(NotAllowed, "fork")
    given_retracted().when(lambda t: t.correct(READ_BETTER, "1.1.0")).then_refused(
        NotAllowed, "fork"
    )


def test_a_better_decoder_corrects_what_was_read() -> None:
    corrected = happened(
        Trade.Corrected, place=PLACE, was=BOUGHT, trade=READ_BETTER, decoder="1.1.0"
    )
    given_recorded().when(lambda t: t.correct(READ_BETTER, "1.1.0")).then(corrected)
    given_final().when(lambda t: t.correct(READ_BETTER, "1.1.0")).then(corrected)


def test_a_newer_decoder_that_reads_the_same_corrects_nothing() -> None:
    given_recorded().when(lambda t: t.correct(BOUGHT, "1.1.0")).then_nothing()


def test_a_corrected_trade_is_retracted_as_it_was_last_read() -> None:
    given(record, lambda t: t.correct(READ_BETTER, "1.1.0")).when(lambda t: t.retract()).then(
        happened(Trade.Retracted, place=PLACE, trade=READ_BETTER)
    )


def test_a_dropped_trade_that_lands_again_is_stated_as_it_came_out_there() -> None:
    later = replace(PLACE, slot=Slot(300_000_009), index_in_block=3)
    again = happened(Trade.Reinstated, place=later, trade=READ_BETTER, decoder="1.1.0")
    given_retracted().when(lambda t: t.reinstate(later, READ_BETTER, "1.1.0")).then(again)
    given_recorded().when(lambda t: t.reinstate(later, BOUGHT, "1.1.0")).then_refused(
        NotAllowed, "no fork"
    )
    given(record, lambda t: t.retract(), lambda t: t.reinstate(later, READ_BETTER, "1.1.0")).when(
        lambda t: t.retract()
    ).then(happened(Trade.Retracted, place=later, trade=READ_BETTER))


def test_signature_path_and_trader_together_name_the_stream() -> None:
    elsewhere = replace(PLACE, slot=Slot(1), index_in_block=None, block_time=None)
    assert Trade.create_id(elsewhere, READ_BETTER) == record().id
    others = [
        Trade.create_id(replace(PLACE, signature=Signature("6" * 88)), BOUGHT),
        Trade.create_id(PLACE, replace(BOUGHT, path="2-2")),
        Trade.create_id(PLACE, replace(BOUGHT, trader=WalletAddress("another"))),
    ]
    assert len({record().id, *others}) == 4
