"""Messages the bot writes, edits and takes back."""

from collections.abc import Callable
from typing import Final

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.telegram.access import writable_chat
from infra.simulation.servers.telegram.chats import BOT_ID, Chats, Message
from infra.simulation.servers.telegram.entities import Formatted, utf16_length
from infra.simulation.servers.telegram.errors import BadRequest
from infra.simulation.servers.telegram.html import parse_html
from infra.simulation.servers.telegram.keyboards import reply_markup
from infra.simulation.servers.telegram.limits import SendLimits
from infra.simulation.servers.telegram.markdown import parse_markdown
from infra.simulation.servers.telegram.parameters import Parameters

TEXT_MAX: Final = 4_096
CAPTION_MAX: Final = 1_024


class Writing:
    """The methods that put something into a chat; each obeys the chat and the send limits."""

    def __init__(self, chats: Chats, limits: SendLimits, now: Callable[[], int]) -> None:
        self._chats = chats
        self._limits = limits
        self._now = now

    async def send_message(self, given: Parameters) -> object:
        """Send text."""
        text = _formatted(given, "text")
        if not text.text:
            raise BadRequest("message text is empty")
        if utf16_length(text.text) > TEXT_MAX:
            raise BadRequest("message is too long")
        return self._send(given, text, photo=False)

    async def send_photo(self, given: Parameters) -> object:
        """Send a photo with a caption; its bytes are not kept."""
        if not given.text("photo") and not given.files:
            raise BadRequest("there is no photo in the request")
        caption = _formatted(given, "caption")
        if utf16_length(caption.text) > CAPTION_MAX:
            raise BadRequest("message caption is too long")
        return self._send(given, caption, photo=True)

    def _send(self, given: Parameters, text: Formatted, *, photo: bool) -> JsonObject:
        markup = reply_markup(given)
        chat_id = writable_chat(self._chats, given)
        reply = given.parsed("reply_parameters", dict[str, object]) or {}
        reply_to = reply.get("message_id")
        original = self._chats.message(chat_id, reply_to) if isinstance(reply_to, int) else None
        if reply and original is None and not reply.get("allow_sending_without_reply"):
            raise BadRequest("message to be replied not found")
        self._limits.take(chat_id)
        message = Message(
            message_id=0,
            chat_id=chat_id,
            sender_id=BOT_ID,
            date=self._now(),
            text=text.text,
            entities=text.entities,
            reply_markup=markup,
            reply_to=original.message_id if original else None,
            photo=photo,
        )
        return self._chats.message_shown(self._chats.add(message))

    async def send_chat_action(self, given: Parameters) -> object:
        """Show that the bot is typing; seen by nobody here."""
        writable_chat(self._chats, given)
        return True

    async def edit_text(self, given: Parameters) -> object:
        """Replace the text of one of the bot's messages."""
        text = _formatted(given, "text")
        if not text.text:
            raise BadRequest("message text is empty")
        if utf16_length(text.text) > TEXT_MAX:
            raise BadRequest("message is too long")
        return self._edit(given, text)

    async def edit_markup(self, given: Parameters) -> object:
        """Replace the buttons of one of the bot's messages."""
        return self._edit(given, None)

    def _edit(self, given: Parameters, text: Formatted | None) -> JsonObject:
        markup = reply_markup(given)
        chat_id = writable_chat(self._chats, given)
        message = self._chats.message(chat_id, given.integer("message_id", 0) or 0)
        if message is None:
            raise BadRequest("message to edit not found")
        if not message.by_bot:
            raise BadRequest("message can't be edited")
        if text is not None and message.photo:
            raise BadRequest("there is no text in the message to edit")
        after = text or Formatted(message.text, message.entities)
        if (after.text, after.entities, markup) == (
            message.text,
            message.entities,
            message.reply_markup,
        ):
            raise BadRequest(
                "message is not modified: specified new message content and reply markup "
                "are exactly the same as a current content and reply markup of the message"
            )
        self._limits.take(chat_id)
        message.text, message.entities, message.reply_markup = after.text, after.entities, markup
        message.edit_date = self._now()
        return self._chats.message_shown(message)

    async def delete_message(self, given: Parameters) -> object:
        """Take a message back."""
        chat_id = writable_chat(self._chats, given)
        message = self._chats.message(chat_id, given.integer("message_id", 0) or 0)
        if message is None:
            raise BadRequest("message to delete not found")
        if not message.by_bot and self._chats.group(chat_id) is not None:
            raise BadRequest("message can't be deleted")
        message.deleted = True
        return True


def _formatted(given: Parameters, field: str) -> Formatted:
    text = given.text(field)
    match given.text("parse_mode").lower():
        case "":
            return Formatted(text.strip(), [])
        case "html":
            return parse_html(text)
        case "markdownv2":
            return parse_markdown(text)
        case _:
            raise BadRequest("unsupported parse_mode")
