"""The sync process's log: small, rotating, for this user alone, and without secrets or personal data."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from data.rules.mask import HIDDEN, mask_text
from data.text import clean_line

LOG = logging.getLogger("peakasutaja.sync")
BYTES = 1_000_000
FILES = 3


class _MaskingFormatter(logging.Formatter):
    """One line a record: secrets and personal patterns replaced, and of an error its type and place alone.

    The text of an error may quote what was being read, so it never reaches the file.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._secrets = sorted({secret for secret in secrets if len(secret) > 3}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return mask_text(clean_line(text, 4_000))

    def formatException(  # the base class's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _error, trace = ei
        frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
        return f"{kind.__name__ if kind else ''} at {' < '.join(reversed(frames[-8:]))}"


class _PrivateFileHandler(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # the base class's name
        """A disk that is full or gone is told elsewhere; the base class would print over the screen."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(open(descriptor, "ab"), encoding="utf-8", errors="replace")


def open_log(file: Path, secrets: Iterable[str]) -> logging.Handler:
    """Begins to write our log (and asyncio's complaints) to `file`; `secrets` are texts that must never stand there."""
    handler = _PrivateFileHandler(file, maxBytes=BYTES, backupCount=FILES)
    handler.setFormatter(_MaskingFormatter(secrets))
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    for logger in (LOG, logging.getLogger("asyncio")):
        logger.addHandler(handler)
    return handler


def close_log(handler: logging.Handler) -> None:
    """Ends what `open_log` began."""
    for logger in (LOG, logging.getLogger("asyncio")):
        logger.removeHandler(handler)
    handler.close()
