"""Speaking for people: type, press, block, add the bot to a group."""

from collections.abc import Callable

import msgspec

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.telegram.chats import (
    MEMBERS_MAX,
    Chats,
    Group,
    Message,
    Person,
    bot_shown,
)
from infra.simulation.servers.telegram.entities import with_commands
from infra.simulation.servers.telegram.keyboards import callback_data
from infra.simulation.servers.telegram.presses import Press, Presses
from infra.simulation.servers.telegram.updates import Updates


class NotPossible(Exception):
    """A person cannot do that; the message says why."""


class Typing(msgspec.Struct, forbid_unknown_fields=True):
    """A person writes; in the private chat unless ``chat_id`` names a group."""

    user_id: int
    text: str
    chat_id: int | None = None


class Pressing(msgspec.Struct, forbid_unknown_fields=True):
    """A person presses the button that reads, or carries, ``button``."""

    user_id: int
    message_id: int
    button: str
    chat_id: int | None = None


class Naming(msgspec.Struct, forbid_unknown_fields=True):
    """What a person is called."""

    user_id: int
    first_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Founding(msgspec.Struct, forbid_unknown_fields=True):
    """A group the bot is put into; the first administrator is its creator."""

    chat_id: int
    title: str
    administrators: list[int]
    members: list[int] = []


class People:
    """Everything a person does becomes an update for the bot."""

    def __init__(
        self, chats: Chats, updates: Updates, presses: Presses, now: Callable[[], int]
    ) -> None:
        self._chats = chats
        self._updates = updates
        self._presses = presses
        self._now = now

    def name(self, naming: Naming) -> Person:
        """Introduce a person or change a name."""
        person = self._chats.person(naming.user_id)
        person.first_name = naming.first_name or person.first_name
        person.username = person.username if naming.username is None else naming.username
        person.language_code = naming.language_code or person.language_code
        return person

    def type(self, typing: Typing) -> Message:
        """Write a message; raises NotPossible in a group the person is not in."""
        chat_id = typing.user_id if typing.chat_id is None else typing.chat_id
        person = self._chats.person(typing.user_id)
        if chat_id != typing.user_id:
            group = self._chats.group(chat_id)
            if group is None or typing.user_id not in group.members:
                raise NotPossible(f"user {typing.user_id} is not in group {chat_id}")
        elif person.blocked:
            raise NotPossible(f"user {typing.user_id} blocks the bot; unblock first")
        said = with_commands(typing.text)
        message = self._chats.add(
            Message(
                message_id=0,
                chat_id=chat_id,
                sender_id=typing.user_id,
                date=self._now(),
                text=said.text,
                entities=said.entities,
            )
        )
        self._updates.add("message", self._chats.message_shown(message))
        return message

    def press(self, pressing: Pressing) -> Press:
        """Press a button of one of the bot's messages; raises NotPossible without such a button."""
        chat_id = pressing.user_id if pressing.chat_id is None else pressing.chat_id
        message = self._chats.message(chat_id, pressing.message_id)
        if message is None or not message.by_bot:
            raise NotPossible(f"the bot has no message {pressing.message_id} in chat {chat_id}")
        data = callback_data(message.reply_markup, pressing.button)
        if data is None:
            raise NotPossible(f"message {pressing.message_id} has no button {pressing.button!r}")
        press = self._presses.add(pressing.user_id, chat_id, message.message_id, data)
        query: JsonObject = {
            "id": press.id,
            "from": self._chats.person(pressing.user_id).shown(),
            "message": self._chats.message_shown(message),
            "chat_instance": str(chat_id),
            "data": data,
        }
        self._updates.add("callback_query", query)
        return press

    def block(self, user_id: int, *, blocked: bool) -> Person:
        """Block or unblock the bot in the private chat."""
        person = self._chats.person(user_id)
        if person.blocked is not blocked:
            person.blocked = blocked
            before, after = ("member", "kicked") if blocked else ("kicked", "member")
            self._bot_status(user_id, user_id, before, after)
        return person

    def found(self, founding: Founding) -> Group:
        """Put the bot into a group; raises NotPossible for an impossible id or no administrator."""
        if founding.chat_id >= 0 or not founding.administrators:
            raise NotPossible("a group needs a negative chat_id and an administrator")
        if len(founding.administrators) + len(founding.members) > MEMBERS_MAX:
            raise NotPossible(f"a group has at most {MEMBERS_MAX} members here")
        members = dict.fromkeys(founding.members, "member")
        members |= dict.fromkeys(founding.administrators, "administrator")
        members[founding.administrators[0]] = "creator"
        group = Group(id=founding.chat_id, title=founding.title, members=members)
        self._chats.put_group(group)
        self._bot_status(group.id, founding.administrators[0], "left", "member")
        return group

    def kick(self, chat_id: int, *, by: int) -> Group:
        """Put the bot out of a group; raises NotPossible when there is no such group."""
        group = self._chats.group(chat_id)
        if group is None:
            raise NotPossible(f"there is no group {chat_id}")
        before, group.bot_status = group.bot_status, "kicked"
        self._bot_status(chat_id, by, before, "kicked")
        return group

    def _bot_status(self, chat_id: int, by: int, before: str, after: str) -> None:
        def member(status: str) -> JsonObject:
            until: JsonObject = {"until_date": 0} if status == "kicked" else {}
            return {"user": bot_shown(), "status": status} | until

        change: JsonObject = {
            "chat": self._chats.chat_shown(chat_id),
            "from": self._chats.person(by).shown(),
            "date": self._now(),
            "old_chat_member": member(before),
            "new_chat_member": member(after),
        }
        self._updates.add("my_chat_member", change)
