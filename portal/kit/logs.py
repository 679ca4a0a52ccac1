"""Structured logs: one JSON object a line, with the ids of the work at hand and without any secret.

What a line carries comes from the context: a request binds `request_id` and `person`, a task `task` and `task_id`, a
job `job`, a harvest `run` and `source`; `trace_id` and `span_id` stand there while the work is traced.
"""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from django.http import HttpRequest

from portal.kit import redaction, tracing

_Line = MutableMapping[str, Any]


def _add_trace(_logger: object, _method: str, line: _Line) -> _Line:
    line.update(tracing.ids())
    return line


def _redact(_logger: object, _method: str, line: _Line) -> _Line:
    """The last step before a line is written, so that nothing added on the way gets past it."""
    for name, value in line.items():
        line[name] = redaction.cleaned(value, name)
    return line


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    _add_trace,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """Format records of structlog and of plain logging alike."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _redact,
                structlog.processors.JSONRenderer(default=str),
            ],
        )


class SafePaths(logging.Filter):
    """Django names the path of a request that failed: without the secrets that stand in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        request = getattr(record, "request", None)
        if isinstance(record.args, tuple) and isinstance(request, HttpRequest):
            safe = redaction.path_of(request)
            record.args = tuple(safe if argument == request.path else argument for argument in record.args)
        return True


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger whose keyword arguments become fields."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def bound(name: str) -> str:
    """Return what the context binds under this name, or nothing."""
    return str(structlog.contextvars.get_contextvars().get(name, ""))


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Have every line of the body carry these ids."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield
