"""What Telegram accepts as buttons under a message."""

from typing import Final

import msgspec

from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.telegram.errors import BadRequest
from infra.simulation.servers.telegram.parameters import Parameters

CALLBACK_BYTES_MAX: Final = 64
BUTTONS_MAX: Final = 100
_ACTIONS: Final = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "pay",
                   "switch_inline_query_current_chat", "copy_text", "callback_game")  # fmt: skip
_SCHEMES: Final = ("http://", "https://", "tg://", "ton://")


def reply_markup(parameters: Parameters) -> JsonObject | None:
    """The call's ``reply_markup``; raises BadRequest for buttons Telegram would refuse."""
    markup = parameters.parsed("reply_markup", dict[str, object])
    if markup is None or "inline_keyboard" not in markup:
        return markup
    try:
        rows = msgspec.convert(markup["inline_keyboard"], list[list[dict[str, object]]])
    except msgspec.ValidationError as wrong:
        raise BadRequest("object expected as reply markup") from wrong
    if sum(len(row) for row in rows) > BUTTONS_MAX:
        raise BadRequest("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check(button)
    return markup


def _check(button: dict[str, object]) -> None:
    if not button.get("text"):
        raise BadRequest('can\'t parse inline keyboard button: Field "text" must be of type String')
    data = button.get("callback_data")
    if isinstance(data, str) and not 1 <= len(data.encode()) <= CALLBACK_BYTES_MAX:
        raise BadRequest("BUTTON_DATA_INVALID")
    url = button.get("url")
    if isinstance(url, str) and not url.startswith(_SCHEMES):
        raise BadRequest(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if not any(action in button for action in _ACTIONS):
        raise BadRequest("can't parse inline keyboard button: Text buttons are unallowed "
                         "in the inline keyboard")  # fmt: skip


def callback_data(markup: JsonObject | None, wanted: str) -> str | None:
    """The data of the button whose text or data is ``wanted``."""
    rows = (markup or {}).get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in row:
            if wanted in (button.get("text"), button.get("callback_data")):
                data = button.get("callback_data")
                return data if isinstance(data, str) else None
    return None
