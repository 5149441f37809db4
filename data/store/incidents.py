"""What the history and the desk file tell of incidents."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.incident import Channel, Notice, Outage, Remark, Stage
from data.model import AttentionKind, Maintenance, Needs, ServiceState, Transition
from data.rules.incidents import Deeds, outages, slowdowns
from data.rules.notice import Draft
from data.store.driver import Connection
from data.store.operations import (
    ANSWER,
    CYBER,
    DECLARE,
    DRAFT,
    FAILED,
    MEASURE,
    NOTICE,
    RESTORED,
    SENDING,
    SENT,
    TOLD,
    WITHDRAW,
    Operation,
    folded_acknowledgements,
)

_ENDS = (SENDING, SENT, FAILED, TOLD, WITHDRAW)
"""What may become of a notice."""
_CHANGES = """
WITH RECURSIVE service(name) AS (
  SELECT min(name) FROM transition
  UNION ALL SELECT (SELECT min(name) FROM transition WHERE name > service.name) FROM service WHERE name IS NOT NULL
)
SELECT changed.name, at_ms, state, reason, detected_ms FROM service JOIN transition AS changed ON
  changed.name = service.name AND at_ms >= coalesce(
    (SELECT max(at_ms) FROM transition WHERE name = service.name AND at_ms <= ?1 AND state = 'up'), 0)
ORDER BY changed.name, at_ms
"""
"""Changes of state since each service was last well at a moment; what lies before is not read, however long it is."""
_DOWN = f"{AttentionKind.SERVICE_DOWN}:"
"""What the attention id of an outage begins with; the incident's own id follows."""


class Found:
    """What the history holds: outages, and what is needed to tell which of them are incidents."""

    def __init__(self, connection: Connection, from_ms: int) -> None:
        """Reads what was going on at `from_ms` (UTC epoch milliseconds) or began later."""
        watched = connection.execute("SELECT name, needs, is_critical FROM watched").fetchall()
        self.needs = {name: Needs.decoded(needs) for name, needs, _critical in watched}
        self.critical = {name for name, _needs, is_critical in watched if is_critical}
        self.windows: Mapping[str, list[Maintenance]] = defaultdict(list)
        for name, *window in connection.execute("SELECT name, start_ms, end_ms, notice FROM maintenance"):
            self.windows[name].append(Maintenance(*window))
        changes: dict[str, list[Transition]] = defaultdict(list)
        for name, at_ms, state, *rest in connection.execute(_CHANGES, (from_ms,)):
            changes[name].append(Transition(at_ms, ServiceState(state), *rest))
        self.outages = _since(from_ms, (each for name, its in changes.items() for each in outages(name, its)))
        self.slowdowns = _since(from_ms, (each for name, its in changes.items() for each in slowdowns(name, its)))


def _since(from_ms: int, found: Iterable[Outage]) -> list[Outage]:
    return [each for each in found if each.ended_ms is None or each.ended_ms >= from_ms]


def folded_deeds(operations: Sequence[Operation]) -> Deeds:
    """What the person did and did not take back, out of the rows of `OPERATIONS`."""
    taken_back = {json.loads(text)["operation"] for _id, _at, _actor, kind, text in operations if kind == WITHDRAW}
    standing = [each for each in operations if each[0] not in taken_back]
    acknowledged = folded_acknowledgements(operations)
    return Deeds(
        acknowledged={name.removeprefix(_DOWN): each for name, each in acknowledged.items() if name.startswith(_DOWN)},
        notices=_gathered(_notices(operations)),
        measures=_gathered(_remarks(standing, MEASURE)),
        answers=_gathered(_remarks(standing, ANSWER)),
        cyber={json.loads(text)["incident"] for _id, _at, _actor, kind, text in standing if kind == CYBER},
        declared=[_declared(at_ms, json.loads(text)) for _id, at_ms, _actor, kind, text in standing if kind == DECLARE],
        restored={
            body["incident"]: body["at_ms"]
            for _id, _at, _actor, kind, text in standing
            if kind == RESTORED and (body := json.loads(text))
        },
    )


def _notices(operations: Sequence[Operation]) -> Iterable[tuple[str, Notice]]:
    """Notices that were not taken back, each with what became of it, by incident."""
    ends: dict[str, tuple[str, int | None, dict[str, Any]]] = {}
    told_by: dict[str, str] = {}
    for operation_id, at_ms, _actor, kind, text in operations:
        if kind not in _ENDS:
            continue
        body = json.loads(text)
        notice_id = body["operation"]
        if kind == TOLD:
            told_by[operation_id] = notice_id
        if kind == WITHDRAW and notice_id in told_by:
            del ends[told_by[notice_id]]  # it was not sent after all
        elif kind != WITHDRAW or notice_id not in ends:  # what is on its way cannot be taken back
            ends[notice_id] = kind, at_ms if kind in (SENT, TOLD) else None, body
    for operation_id, at_ms, actor, kind, text in operations:
        state, told_ms, end = ends.get(operation_id, ("pending", None, {}))
        if kind == NOTICE and state != WITHDRAW:
            body = json.loads(text)
            notice = Notice(
                id=operation_id,
                at_ms=at_ms,
                actor=actor,
                stage=Stage(body["stage"]),
                to=tuple(name for name, _address in body["to"]),
                title=body["title"],
                text=body["text"],
                channel=Channel(body["channel"]),
                state=state,
                told_ms=told_ms,
                reason=end.get("code", ""),
                detail=end.get("detail", "") or ", ".join(address for address, _words in end.get("refused", ())),
                is_final=bool(end.get("is_final")),
            )
            yield body["incident"], notice


def folded_drafts(operations: Sequence[Operation]) -> dict[tuple[str, Stage], Draft]:
    """What was written of notices, by incident and stage; what has left since is no draft any more."""
    drafts: dict[tuple[str, Stage], Draft] = {}
    for _id, _at, _actor, kind, text in operations:
        if kind in (DRAFT, NOTICE):
            body = json.loads(text)
            key = body["incident"], Stage(body["stage"])
            if kind == DRAFT:
                drafts[key] = Draft(body["title"], body["text"])
            else:
                drafts.pop(key, None)
    return drafts


def _remarks(operations: Iterable[Operation], wanted: str) -> Iterable[tuple[str, Remark]]:
    for operation_id, at_ms, actor, kind, text in operations:
        if kind == wanted:
            body = json.loads(text)
            yield body["incident"], Remark(operation_id, at_ms, actor, body["text"])


def _declared(at_ms: int, body: Mapping[str, Any]) -> Outage:
    return Outage(body["service"], body["started_ms"], at_ms, None, body["text"])


def _gathered(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for incident, each in pairs:
        found[incident].append(each)
    return dict(found)
