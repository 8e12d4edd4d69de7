"""The Bot API's methods, each a function of its parameters."""

from collections.abc import Awaitable, Callable
from typing import Final

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.telegram.access import existing_chat, writable_chat
from infra.simulation.servers.telegram.chats import BOT_ID, Chats, bot_shown
from infra.simulation.servers.telegram.errors import BadRequest, Conflict
from infra.simulation.servers.telegram.limits import SendLimits
from infra.simulation.servers.telegram.parameters import Parameters
from infra.simulation.servers.telegram.presses import Presses
from infra.simulation.servers.telegram.updates import LIMIT_MAX, Updates
from infra.simulation.servers.telegram.webhook import Webhook
from infra.simulation.servers.telegram.writing import Writing

COMMANDS_MAX: Final = 100
Method = Callable[[Parameters], Awaitable[object]]


class BotApi:
    """What a bot may ask of Telegram."""

    def __init__(
        self,
        chats: Chats,
        updates: Updates,
        webhook: Webhook,
        presses: Presses,
        limits: SendLimits,
        now: Callable[[], int],
    ) -> None:
        self._chats = chats
        self._updates = updates
        self._webhook = webhook
        self._presses = presses
        writing = Writing(chats, limits, now)
        self.commands: list[dict[str, str]] = []
        self.methods: dict[str, Method] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "sendmessage": writing.send_message,
            "sendphoto": writing.send_photo,
            "sendchataction": writing.send_chat_action,
            "editmessagetext": writing.edit_text,
            "editmessagereplymarkup": writing.edit_markup,
            "deletemessage": writing.delete_message,
            "answercallbackquery": self._answer_callback,
            "setmycommands": self._set_commands,
            "getmycommands": self._get_commands,
            "deletemycommands": self._delete_commands,
            "getchat": self._get_chat,
            "getchatmember": self._get_member,
            "getchatadministrators": self._get_administrators,
            "leavechat": self._leave_chat,
            "close": self._yes,
            "logout": self._yes,
        }

    async def _yes(self, _: Parameters) -> object:
        return True

    async def _get_me(self, _: Parameters) -> object:
        return bot_shown() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _get_updates(self, given: Parameters) -> object:
        if self._webhook.url:
            raise Conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._updates.allow(given.parsed("allowed_updates", list[str]))
        limit = given.integer("limit", LIMIT_MAX) or LIMIT_MAX
        timeout = given.integer("timeout", 0) or 0
        return await self._updates.poll(given.integer("offset"), limit, timeout)

    async def _set_webhook(self, given: Parameters) -> object:
        self._updates.allow(given.parsed("allowed_updates", list[str]))
        if given.flag("drop_pending_updates"):
            self._updates.drop_all()
        self._webhook.set(given.text("url"), given.text("secret_token"))
        return True

    async def _delete_webhook(self, given: Parameters) -> object:
        if given.flag("drop_pending_updates"):
            self._updates.drop_all()
        self._webhook.set("", "")
        return True

    async def _get_webhook_info(self, _: Parameters) -> object:
        return self._webhook.shown()

    async def _answer_callback(self, given: Parameters) -> object:
        self._presses.answer(given.text("callback_query_id"), given.text("text"), given)
        return True

    async def _set_commands(self, given: Parameters) -> object:
        commands = given.parsed("commands", list[dict[str, str]]) or []
        if len(commands) > COMMANDS_MAX:
            raise BadRequest("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            name = command.get("command", "")
            if not 1 <= len(name) <= 32 or not name.replace("_", "a").isalnum() or not _low(name):
                raise BadRequest("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = commands
        return True

    async def _get_commands(self, _: Parameters) -> object:
        return self.commands

    async def _delete_commands(self, _: Parameters) -> object:
        self.commands = []
        return True

    async def _get_chat(self, given: Parameters) -> object:
        chat_id = existing_chat(self._chats, given)
        shown = self._chats.chat_shown(chat_id)
        return shown | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, True),
        }

    async def _get_member(self, given: Parameters) -> object:
        chat_id, user_id = existing_chat(self._chats, given), given.integer("user_id", 0) or 0
        group = self._chats.group(chat_id)
        if group is None:
            return _member("member", self._chats.person(user_id).shown())
        if user_id == BOT_ID:
            return _member(group.bot_status, bot_shown())
        status = group.members.get(user_id)
        if status is None and self._chats.known_person(user_id) is None:
            raise BadRequest("user not found")
        return _member(status or "left", self._chats.person(user_id).shown())

    async def _get_administrators(self, given: Parameters) -> object:
        group = self._chats.group(existing_chat(self._chats, given))
        if group is None:
            raise BadRequest("there are no administrators in the private chat")
        return [
            _member(status, self._chats.person(user_id).shown())
            for user_id, status in group.members.items()
            if status in ("creator", "administrator")
        ]

    async def _leave_chat(self, given: Parameters) -> object:
        if (group := self._chats.group(writable_chat(self._chats, given))) is not None:
            group.bot_status = "left"
        return True


_GIFTS: Final = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)
_RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def _member(status: str, user: JsonObject) -> JsonObject:
    shown: JsonObject = {"status": status, "user": user}
    if status == "kicked":
        shown["until_date"] = 0
    if status == "creator":
        shown["is_anonymous"] = False
    if status == "administrator":
        shown |= dict.fromkeys(_RIGHTS, True)
        shown |= {"can_be_edited": False, "is_anonymous": False}
    return shown


def _low(name: str) -> bool:
    return name == name.lower()
