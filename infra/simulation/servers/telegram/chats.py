"""Who is in which chat and what was said there, as Telegram would know it."""

from collections import OrderedDict
from typing import Final

import msgspec

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.telegram.entities import Entity

MESSAGES_KEPT: Final = 20_000
"""Messages over all chats; older ones can no longer be edited or pressed."""
CHATS_MAX: Final = 20_000
MEMBERS_MAX: Final = 1_000
BOT_ID: Final = 7_000_000_001
BOT_NAME: Final = "simulated_cipherx_bot"


class Person(msgspec.Struct, kw_only=True):
    """A user of Telegram; ``blocked`` means the private chat refuses the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str = "en"
    blocked: bool = False

    def shown(self) -> JsonObject:
        """As a ``User`` object."""
        user: JsonObject = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language_code}


class Group(msgspec.Struct, kw_only=True):
    """A group chat: member ids with their status, and whether the bot was put out."""

    id: int
    title: str
    members: dict[int, str]
    bot_status: str = "member"


class Message(msgspec.Struct, kw_only=True):
    """One message, by a person or by the bot."""

    message_id: int
    chat_id: int
    sender_id: int
    date: int
    text: str
    entities: list[Entity] = []
    reply_markup: JsonObject | None = None
    reply_to: int | None = None
    photo: bool = False
    edit_date: int | None = None
    deleted: bool = False

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender_id == BOT_ID


class Chats:
    """Keeps people, groups and the latest messages."""

    def __init__(self) -> None:
        self._people: OrderedDict[int, Person] = OrderedDict()
        self._groups: OrderedDict[int, Group] = OrderedDict()
        self._messages: OrderedDict[tuple[int, int], Message] = OrderedDict()
        self._next_message: dict[int, int] = {}

    def person(self, user_id: int) -> Person:
        """The person of this id, who is made up on first sight."""
        if user_id not in self._people:
            if len(self._people) >= CHATS_MAX:
                self._people.popitem(last=False)
            name = f"Person {user_id}"
            self._people[user_id] = Person(id=user_id, first_name=name, username=f"user{user_id}")
        return self._people[user_id]

    def known_person(self, user_id: int) -> Person | None:
        """The person, if anybody of this id ever spoke to the bot."""
        return self._people.get(user_id)

    def put_group(self, group: Group) -> None:
        """Add or replace a group."""
        if group.id not in self._groups and len(self._groups) >= CHATS_MAX:
            self._groups.popitem(last=False)
        self._groups[group.id] = group

    def group(self, chat_id: int) -> Group | None:
        """The group, if there is one."""
        return self._groups.get(chat_id)

    def add(self, message: Message) -> Message:
        """Keep a message under a fresh number of its chat."""
        message.message_id = self._next_message.get(message.chat_id, 1)
        self._next_message[message.chat_id] = message.message_id + 1
        self._messages[(message.chat_id, message.message_id)] = message
        if len(self._messages) > MESSAGES_KEPT:
            self._messages.popitem(last=False)
        return message

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that still exists."""
        found = self._messages.get((chat_id, message_id))
        return None if found is None or found.deleted else found

    def said(self, chat_id: int | None = None, *, by_bot: bool = True) -> list[Message]:
        """What the bot (or a person) wrote, oldest first; deleted ones are marked, not hidden."""
        return [
            message
            for message in self._messages.values()
            if message.by_bot == by_bot and chat_id in (None, message.chat_id)
        ]

    def chat_shown(self, chat_id: int) -> JsonObject:
        """A ``Chat`` object; the chat must exist."""
        if (group := self._groups.get(chat_id)) is not None:
            kind = "supergroup" if str(chat_id).startswith("-100") else "group"
            return {"id": chat_id, "type": kind, "title": group.title}
        person = self.person(chat_id)
        chat: JsonObject = {"id": chat_id, "type": "private", "first_name": person.first_name}
        return chat | ({"username": person.username} if person.username else {})

    def message_shown(self, message: Message) -> JsonObject:
        """A ``Message`` object."""
        sender = bot_shown() if message.by_bot else self.person(message.sender_id).shown()
        shown: JsonObject = {
            "message_id": message.message_id,
            "from": sender,
            "chat": self.chat_shown(message.chat_id),
            "date": message.date,
        }
        text, entities = ("caption", "caption_entities") if message.photo else ("text", "entities")
        if message.photo:
            shown["photo"] = [_photo_size(message)]
        if message.text:
            shown[text] = message.text
        if message.entities:
            shown[entities] = message.entities
        if message.edit_date is not None:
            shown["edit_date"] = message.edit_date
        if message.reply_markup is not None and "inline_keyboard" in message.reply_markup:
            shown["reply_markup"] = message.reply_markup
        if message.reply_to and (original := self.message(message.chat_id, message.reply_to)):
            shown["reply_to_message"] = self.message_shown(original)
        return shown


def bot_shown() -> JsonObject:
    """The bot as a ``User`` object."""
    return {"id": BOT_ID, "is_bot": True, "first_name": "CipherX", "username": BOT_NAME}


def _photo_size(message: Message) -> JsonObject:
    name = f"photo-{message.chat_id}-{message.message_id}"
    return {"file_id": name, "file_unique_id": name, "width": 320, "height": 240}
