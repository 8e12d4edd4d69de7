"""What a subscription decides."""

from uuid import UUID

from msgspec.structs import replace

from domain.errors import InvalidValue, NotAllowed, NotPositive
from domain.values import LAMPORTS_MAX, Lamports, WalletAddress
from domain.wallet_subscription import AlertPreferences, WalletSubscription
from tests.support.given import Given, given, happened, when_new

SUBSCRIBER = UUID("00000000-0000-0000-0000-000000000001")
WALLET = WalletAddress("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")
ONE_SOL = AlertPreferences(Lamports(1_000_000_000))
TWO_SOL = AlertPreferences(Lamports(2_000_000_000))
NO_LAMPORT = AlertPreferences(Lamports(0))
TOO_MANY_LAMPORTS = AlertPreferences(Lamports(LAMPORTS_MAX + 1))


def open_subscription() -> WalletSubscription:
    return WalletSubscription.open(SUBSCRIBER, WALLET, ONE_SOL)


def given_open() -> Given[WalletSubscription]:
    return given(open_subscription)


def given_paused() -> Given[WalletSubscription]:
    return given(open_subscription, lambda s: s.pause())


def given_closed() -> Given[WalletSubscription]:
    return given(open_subscription, lambda s: s.close())


def test_a_subscription_is_opened() -> None:
    when_new(open_subscription).then(
        happened(
            WalletSubscription.Opened,
            subscriber_id=SUBSCRIBER,
            wallet=WALLET,
            preferences=ONE_SOL,
        )
    )


def test_a_threshold_below_one_lamport_is_refused() -> None:
    when_new(lambda: WalletSubscription.open(SUBSCRIBER, WALLET, NO_LAMPORT)).then_refused(
        NotPositive, "min_notional 0"
    )
    given_open().when(lambda s: s.change_preferences(NO_LAMPORT)).then_refused(NotPositive)
    given_closed().when(lambda s: s.reopen(NO_LAMPORT)).then_refused(NotPositive)


def test_a_threshold_of_one_lamport_is_allowed() -> None:
    one = AlertPreferences(Lamports(1))
    given_open().when(lambda s: s.change_preferences(one)).then(
        happened(WalletSubscription.PreferencesChanged, preferences=one)
    )


def test_a_threshold_no_balance_can_reach_is_refused() -> None:
    given_open().when(lambda s: s.change_preferences(TOO_MANY_LAMPORTS)).then_refused(
        InvalidValue, "min_notional"
    )
    most = AlertPreferences(LAMPORTS_MAX)
    given_open().when(lambda s: s.change_preferences(most)).then(
        happened(WalletSubscription.PreferencesChanged, preferences=most)
    )


def test_preferences_are_changed() -> None:
    given_open().when(lambda s: s.change_preferences(TWO_SOL)).then(
        happened(WalletSubscription.PreferencesChanged, preferences=TWO_SOL)
    )


def test_a_switch_alone_is_a_change() -> None:
    quieter = replace(ONE_SOL, new_tokens=False)
    given_open().when(lambda s: s.change_preferences(quieter)).then(
        happened(WalletSubscription.PreferencesChanged, preferences=quieter)
    )


def test_asking_for_the_present_preferences_records_nothing() -> None:
    given_open().when(lambda s: s.change_preferences(ONE_SOL)).then_nothing()


def test_a_subscription_is_paused_once() -> None:
    given_open().when(lambda s: s.pause()).then(happened(WalletSubscription.Paused))
    given_paused().when(lambda s: s.pause()).then_nothing()


def test_a_paused_subscription_is_resumed_once() -> None:
    given_paused().when(lambda s: s.resume()).then(happened(WalletSubscription.Resumed))
    given_open().when(lambda s: s.resume()).then_nothing()


def test_preferences_of_a_paused_subscription_are_changed() -> None:
    given_paused().when(lambda s: s.change_preferences(TWO_SOL)).then(
        happened(WalletSubscription.PreferencesChanged, preferences=TWO_SOL)
    )


def test_a_subscription_is_closed_once_and_says_whose_it_was() -> None:
    given_open().when(lambda s: s.close()).then(
        happened(WalletSubscription.Closed, subscriber_id=SUBSCRIBER, wallet=WALLET)
    )
    given_closed().when(lambda s: s.close()).then_nothing()


def test_a_closed_subscription_can_only_be_opened_again() -> None:
    given_closed().when(lambda s: s.pause()).then_refused(NotAllowed, WALLET)
    given_closed().when(lambda s: s.resume()).then_refused(NotAllowed, WALLET)
    given_closed().when(lambda s: s.change_preferences(TWO_SOL)).then_refused(NotAllowed, WALLET)
    given_closed().when(lambda s: s.reopen(TWO_SOL)).then(
        happened(
            WalletSubscription.Reopened,
            subscriber_id=SUBSCRIBER,
            wallet=WALLET,
            preferences=TWO_SOL,
        )
    )


def test_reopening_an_open_subscription_keeps_its_preferences() -> None:
    given_open().when(lambda s: s.reopen(TWO_SOL)).then_nothing()


def test_a_reopened_subscription_is_not_paused() -> None:
    given(
        open_subscription, lambda s: s.pause(), lambda s: s.close(), lambda s: s.reopen(ONE_SOL)
    ).when(lambda s: s.pause()).then(happened(WalletSubscription.Paused))


def test_subscriber_and_wallet_together_name_the_stream() -> None:
    other_wallet = WalletAddress("9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM")
    other_subscriber = UUID("00000000-0000-0000-0000-000000000002")
    streams = {
        open_subscription().id,
        WalletSubscription.create_id(SUBSCRIBER, WALLET),
        WalletSubscription.create_id(SUBSCRIBER, other_wallet),
        WalletSubscription.create_id(other_subscriber, WALLET),
    }
    assert len(streams) == 3
