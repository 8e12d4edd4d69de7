"""Log lines of this process: ours and the libraries', one format, on stderr."""

import logging
import sys
from typing import Final, Literal

import msgspec
import structlog
from structlog.typing import EventDict, Processor

CHATTY: Final = {"uvicorn.access": logging.WARNING, "asyncio": logging.WARNING}
"""Libraries whose every line would drown ours."""

_encoder = msgspec.json.Encoder(enc_hook=repr)


def configure_logs(level: str, form: Literal["text", "json"] | str, role: str) -> None:
    """Send everything from ``level`` up to stderr; call it once, before the first line."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(form, role),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, least in CHATTY.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def _rendering(form: str, role: str) -> list[Processor]:
    if form == "json":

        def with_role(_logger: object, _method: str, event: EventDict) -> EventDict:
            event["role"] = role
            return event

        def as_json(_logger: object, _method: str, event: EventDict) -> str:
            return _encoder.encode(event).decode()

        return [with_role, structlog.processors.format_exc_info, as_json]
    # The default formatter prints every frame's variables, and some of them are secrets.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
