"""What an account decides."""

from msgspec.structs import replace

from domain.account import Account, ApiKey
from domain.errors import NotAllowed, NotFound
from tests.support.given import Given, given, happened, when_new

KEY = ApiKey("key-1", b"sealed secret", b"sealed label", ("read", "write"), None)


def register() -> Account:
    return Account.register("index", b"sealed mail", b"sealed hash")


def given_registered() -> Given[Account]:
    return given(register)


def given_a_key() -> Given[Account]:
    return given(register, lambda a: a.issue_api_key(KEY))


def given_erased() -> Given[Account]:
    return given(register, lambda a: a.issue_api_key(KEY), lambda a: a.erase())


def test_a_person_registers_on_the_free_tier() -> None:
    when_new(register).then(
        happened(
            Account.Registered,
            email_index="index",
            email=b"sealed mail",
            password_hash=b"sealed hash",
            tier="free",
        )
    )


def test_the_same_mail_is_the_same_stream_and_another_is_not() -> None:
    assert register().id == register().id == Account.create_id("index")
    assert Account.create_id("another index") != Account.create_id("index")


def test_a_password_is_changed() -> None:
    given_registered().when(lambda a: a.change_password(b"new")).then(
        happened(Account.PasswordChanged, password_hash=b"new")
    )


def test_changing_to_the_present_password_records_nothing() -> None:
    given_registered().when(lambda a: a.change_password(b"sealed hash")).then_nothing()


def test_a_tier_is_changed() -> None:
    given_registered().when(lambda a: a.change_tier("pro")).then(
        happened(Account.TierChanged, tier="pro")
    )


def test_changing_to_the_present_tier_records_nothing() -> None:
    given_registered().when(lambda a: a.change_tier("free")).then_nothing()


def test_a_key_is_issued() -> None:
    given_registered().when(lambda a: a.issue_api_key(KEY)).then(
        happened(Account.ApiKeyIssued, key=KEY)
    )


def test_issuing_the_same_key_again_records_nothing() -> None:
    given_a_key().when(lambda a: a.issue_api_key(KEY)).then_nothing()


def test_a_second_key_is_issued_beside_the_first() -> None:
    second = replace(KEY, key_id="key-2")
    given_a_key().when(lambda a: a.issue_api_key(second)).then(
        happened(Account.ApiKeyIssued, key=second)
    )


def test_a_key_is_revoked() -> None:
    given_a_key().when(lambda a: a.revoke_api_key("key-1")).then(
        happened(Account.ApiKeyRevoked, key_id="key-1")
    )


def test_revoking_twice_records_once() -> None:
    given(register, lambda a: a.issue_api_key(KEY), lambda a: a.revoke_api_key("key-1")).when(
        lambda a: a.revoke_api_key("key-1")
    ).then_nothing()


def test_a_key_the_account_never_had_cannot_be_revoked() -> None:
    given_registered().when(lambda a: a.revoke_api_key("key-1")).then_refused(NotFound, "key-1")


def test_a_person_is_erased_once() -> None:
    given_registered().when(lambda a: a.erase()).then(happened(Account.Erased))
    given_erased().when(lambda a: a.erase()).then_nothing()


def test_an_erased_account_takes_no_password_tier_or_key() -> None:
    another = replace(KEY, key_id="key-2")
    given_erased().when(lambda a: a.change_password(b"new")).then_refused(NotAllowed, "erased")
    given_erased().when(lambda a: a.change_tier("pro")).then_refused(NotAllowed, "erased")
    given_erased().when(lambda a: a.issue_api_key(another)).then_refused(NotAllowed, "erased")


def test_the_keys_of_an_erased_account_can_still_be_revoked() -> None:
    given_erased().when(lambda a: a.revoke_api_key("key-1")).then(
        happened(Account.ApiKeyRevoked, key_id="key-1")
    )
