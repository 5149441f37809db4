"""What of the desk's own records waits to be sent, out of the operations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from data.incident import Channel
from data.model import Free, Public, Staff
from data.store.operations import FAILED, NOTICE, SENDING, SENT, TOLD, WITHDRAW, Operation


class Outgoing(NamedTuple):
    """A notice for the mail server."""

    id: str
    at_ms: int
    """When it was written, by the domain's clock."""
    subject: Public
    """The service that it is about."""
    to: tuple[tuple[Staff, Staff], ...]
    """Names and addresses."""
    title: Free
    text: Free
    tries: int
    """How often it was tried in vain."""
    is_begun: bool
    """Whether somebody has begun to send it and not said how that ended."""

    @property
    def written_ms(self) -> int:
        """When it was written in real time: its id begins with that (RFC 9562, section 5.7)."""
        return UUID(self.id).int >> 80


def waiting(operations: Iterable[Operation]) -> list[Outgoing]:
    """The notices that are to go by e-mail and have not ended yet, oldest first."""
    found: dict[str, Outgoing] = {}
    for operation_id, at_ms, _actor, kind, text in operations:
        body = json.loads(text)
        if kind == NOTICE and body["channel"] == Channel.EMAIL:
            to = tuple((name, address) for name, address in body["to"])
            subject = body["incident"].rpartition(":")[0]
            found[operation_id] = Outgoing(operation_id, at_ms, subject, to, body["title"], body["text"], 0, False)
        if kind not in (SENDING, SENT, FAILED, TOLD, WITHDRAW):
            continue
        known = found.get(body["operation"])
        if known is None or (kind == WITHDRAW and known.is_begun):
            continue  # what is on its way cannot be taken back
        if kind == SENDING:
            found[known.id] = known._replace(is_begun=True)
        elif kind == FAILED and not body["is_final"]:
            found[known.id] = known._replace(tries=known.tries + 1, is_begun=False)
        else:
            del found[known.id]
    return list(found.values())
