"""A bot on python-telegram-bot lives on the simulated Telegram and cannot tell."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from tests.support.simulation import Receiver, RunningSimulation, started


@pytest.fixture
async def simulation() -> AsyncIterator[RunningSimulation]:
    """A chain that has hardly begun: these tests do not look at it."""
    async with started(warm_up_blocks=2) as running:
        yield running


ALICE = 501
GROUP = -1001234


@pytest.fixture(autouse=True)
def waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns about its older type otherwise."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def bot(simulation: RunningSimulation) -> AsyncIterator[Bot]:
    made = Bot(simulation.at.telegram_token, base_url=simulation.at.telegram)
    async with made:
        yield made


async def typed(simulation: RunningSimulation, text: str, **where: object) -> int:
    body = {"user_id": ALICE, "text": text, **where}
    found: int = (await simulation.order("telegram/type", body))["message_id"]
    return found


async def sent(simulation: RunningSimulation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await simulation.look("telegram/sent"))["messages"]
    return found


async def eventually(look: Callable[[], Any]) -> Any:
    async with asyncio.timeout(5):
        while not (found := await look()):
            await asyncio.sleep(0.02)
    return found


async def test_a_polling_application_answers_commands_and_buttons(
    simulation: RunningSimulation,
) -> None:
    async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        button = InlineKeyboardButton("Track", callback_data="track:1")
        await update.message.reply_html(
            "<b>Hello</b> 🐋", reply_markup=InlineKeyboardMarkup([[button]])
        )

    async def pressed(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("tracked")
        await update.callback_query.edit_message_text("Tracking")

    application = (
        Application.builder()
        .token(simulation.at.telegram_token)
        .base_url(simulation.at.telegram)
        .build()
    )
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(pressed))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0.0, timeout=2)
        await typed(simulation, "/start abc")
        (hello,) = await eventually(lambda: sent(simulation))
        assert hello["text"] == "Hello 🐋"
        assert hello["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
        press = {"user_id": ALICE, "message_id": hello["message_id"], "button": "Track"}
        await simulation.order("telegram/press", press)

        async def answered() -> list[Any]:
            presses = (await simulation.look("telegram/presses"))["presses"]
            return [p for p in presses if p["answered"]]

        assert (await eventually(answered))[0]["answer"] == "tracked"

        async def edited() -> bool:
            return bool((await sent(simulation))[0]["text"] == "Tracking")

        assert await eventually(edited)
        await application.updater.stop()
        await application.stop()


async def test_updates_are_pushed_to_a_webhook_with_its_secret(
    simulation: RunningSimulation, receiver: Receiver, bot: Bot
) -> None:
    await typed(simulation, "before")
    await bot.set_webhook(receiver.url, secret_token="a-secret_1", drop_pending_updates=True)
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    receiver.status = 500
    await typed(simulation, "/start")
    await receiver.wait_for(1)
    receiver.status = 200
    await receiver.wait_for(2)
    headers, body = receiver.requests[-1]
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == "a-secret_1"
    assert body == receiver.requests[0][1]
    assert b"/start" in body
    info = await bot.get_webhook_info()
    assert info.url == receiver.url
    assert info.last_error_message == "Wrong response from the webhook: 500"
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    with pytest.raises(BadRequest, match="https url"):
        await bot.set_webhook("http://192.0.2.1/hook")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook(receiver.url, secret_token="not allowed")


async def test_updates_stay_until_they_are_confirmed(
    simulation: RunningSimulation, bot: Bot
) -> None:
    for text in ("one", "two", "three"):
        await typed(simulation, text)
    first = await bot.get_updates()
    assert [u.message.text for u in first if u.message] == ["one", "two", "three"]
    assert await bot.get_updates(limit=1) == first[:1]
    assert await bot.get_updates(offset=first[1].update_id) == first[1:]
    assert await bot.get_updates(offset=-1) == first[2:]
    assert await bot.get_updates(offset=first[2].update_id + 1) == ()


async def test_a_long_poll_ends_with_the_first_update(
    simulation: RunningSimulation, bot: Bot
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    await typed(simulation, "hi")
    async with asyncio.timeout(2):
        assert len(await poll) == 1


async def test_two_pollers_are_one_too_many(simulation: RunningSimulation, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    request = HTTPXRequest()
    async with Bot(
        simulation.at.telegram_token,
        base_url=simulation.at.telegram,
        get_updates_request=request,
    ) as other:
        await other.get_updates(timeout=0)
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await first


async def test_who_the_bot_is(bot: Bot) -> None:
    me = await bot.get_me()
    assert me.is_bot
    assert me.username == "simulated_cipherx_bot"
    commands = [BotCommand("start", "Begin"), BotCommand("wallet", "Show a wallet")]
    assert await bot.set_my_commands(commands)
    assert list(await bot.get_my_commands()) == commands
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Start!", "Begin")])


async def test_a_wrong_token_is_refused(simulation: RunningSimulation) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("7000000001:wrong", base_url=simulation.at.telegram):
            pass


async def test_what_telegram_does_not_take(simulation: RunningSimulation, bot: Bot) -> None:
    await typed(simulation, "hi")
    await simulation.order("telegram/limits", {"chat_burst": 100})
    for text, mode, why in (
        ("x" * 4_097, None, "Message is too long"),
        ("  ", None, "Message text is empty"),
        ("1.5", "MarkdownV2", "Can't parse entities"),
        ("<br>", "HTML", "unsupported start tag"),
        ("x", "XML", "Unsupported parse_mode"),
    ):
        with pytest.raises(BadRequest, match=why):
            await bot.send_message(ALICE, text, parse_mode=mode)
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        button = InlineKeyboardButton("b", callback_data="x" * 65)
        await bot.send_message(ALICE, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999, "x")
    assert (await bot.send_message(ALICE, "x" * 4_096)).message_id


async def test_editing_and_deleting(simulation: RunningSimulation, bot: Bot) -> None:
    theirs = await typed(simulation, "hi")
    message = await bot.send_message(
        ALICE, "one", reply_parameters=ReplyParameters(message_id=theirs)
    )
    assert message.reply_to_message is not None
    edited = await bot.edit_message_text("two", ALICE, message.message_id)
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("two", ALICE, message.message_id)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("two", ALICE, theirs)
    await bot.delete_message(ALICE, message.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ALICE, message.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("three", ALICE, message.message_id)
    assert [m["deleted"] for m in await sent(simulation)] == [True]


async def test_a_photo_has_a_caption(simulation: RunningSimulation, bot: Bot) -> None:
    await typed(simulation, "hi")
    photo = await bot.send_photo(ALICE, b"\x89PNG chart", caption="*c*", parse_mode="MarkdownV2")
    assert photo.caption == "c"
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(ALICE, b"\x89PNG", caption="x" * 1_025)


async def test_a_query_is_answered_once(simulation: RunningSimulation, bot: Bot) -> None:
    await typed(simulation, "hi")
    button = InlineKeyboardButton("Why", callback_data="why:1")
    message = await bot.send_message(ALICE, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    press = {"user_id": ALICE, "message_id": message.message_id, "button": "why:1"}
    query = (await simulation.order("telegram/press", press))["id"]
    assert await bot.answer_callback_query(query, "because")
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query)


async def test_a_blocked_chat_refuses_and_tells(simulation: RunningSimulation, bot: Bot) -> None:
    await typed(simulation, "hi")
    await simulation.order("telegram/block", {"user_id": ALICE})
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ALICE, "x")
    changes = [u.my_chat_member for u in await bot.get_updates() if u.my_chat_member]
    assert changes[0].new_chat_member.status == "kicked"
    await simulation.order("telegram/unblock", {"user_id": ALICE})
    assert (await bot.send_message(ALICE, "x")).text == "x"


async def test_groups_know_their_administrators(simulation: RunningSimulation, bot: Bot) -> None:
    group = {"chat_id": GROUP, "title": "Desk", "administrators": [ALICE], "members": [502]}
    await simulation.order("telegram/groups", group)
    await typed(simulation, "/track@simulated_cipherx_bot x", chat_id=GROUP)
    assert (await bot.get_chat(GROUP)).type == "supergroup"
    assert (await bot.get_chat_member(GROUP, ALICE)).status == "creator"
    assert (await bot.get_chat_member(GROUP, 502)).status == "member"
    assert [m.user.id for m in await bot.get_chat_administrators(GROUP)] == [ALICE]
    await simulation.order("telegram/kick", {"chat_id": GROUP, "by": ALICE})
    with pytest.raises(Forbidden, match="kicked"):
        await bot.send_message(GROUP, "x")


async def test_limits_say_how_long_to_wait(simulation: RunningSimulation, bot: Bot) -> None:
    group = {"chat_id": GROUP, "title": "Desk", "administrators": [ALICE]}
    await simulation.order("telegram/groups", group)
    await simulation.order("telegram/limits", {"chat_burst": 2, "group_per_minute": 3})
    await typed(simulation, "hi")
    for _ in range(2):
        await bot.send_message(ALICE, "x")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(ALICE, "x")
    assert refused.value.retry_after == timedelta(seconds=1)
    limits = {"chat_burst": 100, "group_per_minute": 3}
    await simulation.order("telegram/limits", limits)
    for _ in range(3):
        await bot.send_message(GROUP, "x")
    with pytest.raises(RetryAfter) as slower:
        await bot.send_message(GROUP, "x")
    wait = slower.value.retry_after
    assert isinstance(wait, timedelta)
    assert timedelta(seconds=15) <= wait <= timedelta(seconds=20)
    assert (await bot.send_message(ALICE, "one chat does not slow another")).text
    await simulation.misbehave("rate-limit,service=telegram,amount=7,times=1")
    with pytest.raises(RetryAfter) as asked:
        await bot.get_me()
    assert asked.value.retry_after == timedelta(seconds=7)
