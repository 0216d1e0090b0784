"""Structured logs: one line an event, with its request id; JSON in production, coloured in development.

`structlog.get_logger(__name__).info("price_list_published", connection=7)`: an event name and values, no sentences.
Lines of other libraries' loggers go through the same processors, and secrets are masked in all of them.
"""

import logging.config
import sys
from typing import Any

import structlog

from tcxc.masking import mask_event

_FOR_EVERY_LINE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """The value of Django's LOGGING."""
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": _formatter, "as_json": as_json}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "CRITICAL"},  # the access log says the same, with the request id
            "django.server": {"handlers": [], "propagate": True},
            "django_structlog.celery.receivers": quiet,
            "celery": quiet,
            "kombu": quiet,
            "asyncio": quiet,
            "_granian": quiet,
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Set up `logging` and structlog; Django calls it as LOGGING_CONFIG."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_FOR_EVERY_LINE,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _formatter(*, as_json: bool) -> logging.Formatter:
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=24)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_FOR_EVERY_LINE,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # to text, so that the next one sees it
            mask_event,
            renderer,
        ],
    )
