"""The part of JQL that reading needs, and its errors in the server's own words.

`parse` gives a tree; `select` answers it from the books' order by update, key or creation, so that a page of a keyset
reader costs a bisection and not a walk. Whatever the order cannot answer is looked at ticket by ticket.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any
from zoneinfo import ZoneInfo

from data.clock import TALLINN, epoch_ms
from data.simulator import catalog
from data.simulator.issue import Issue
from data.simulator.people import ME
from data.simulator.worktime import DAY, HOUR

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<op>>=|<=|!=|=|>|<|~|\(|\)|,)|(?P<word>[^\s()=<>!~,"']+))"""
)
_DATES = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
_PERIOD = re.compile(r"([+-]?)(\d+)([wdhm])")
_UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": 60_000}
_FIELDS = {
    "project": "project", "key": "key", "issuekey": "key", "issue": "key", "id": "id", "updated": "updated",
    "updateddate": "updated", "created": "created", "createddate": "created", "status": "status",
    "statuscategory": "statuscategory", "assignee": "assignee", "reporter": "reporter", "creator": "reporter",
    "issuetype": "issuetype",
    "type": "issuetype", "priority": "priority", "resolution": "resolution", "labels": "labels", "summary": "summary",
}  # fmt: skip


class JqlError(Exception):
    """The query is refused; the message is what Jira Data Center says."""


@dataclass(frozen=True, slots=True)
class Clause:
    """`field operator values`; the operator is `in` or `not in` for equality too, so that there is one form of it."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses joined by `and` or `or`, or one turned round by `not`."""

    joint: str
    parts: tuple[Node, ...]


Node = Clause | Group


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `where` is None when it asks for everything."""

    where: Node | None
    order: tuple[tuple[str, bool], ...] = field(default=())
    """Field and whether it descends, most important first."""


def parse(jql: str) -> Query:
    """Reads a query; raises `JqlError`."""
    return _Parser(_tokens(jql)).query()


def _tokens(jql: str) -> list[str]:
    tokens, at = [], 0
    while jql[at:].strip():
        match = _TOKEN.match(jql, at)
        if match is None:
            raise JqlError(
                f"Error in the JQL Query: The character '{jql[at:].strip()[0]}' is a reserved JQL character."
            )
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def _peek(self) -> str:
        return self._tokens[self._at].lower() if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise JqlError("Error in the JQL Query: Unexpected end of the query.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        found = self._next()
        if found.lower() != token:
            raise JqlError(f"Error in the JQL Query: Expecting '{token}' but got '{found}'.")

    def query(self) -> Query:
        where = self._joined("or") if self._peek() not in ("", "order") else None
        order: list[tuple[str, bool]] = []
        if self._peek() == "order":
            self._next()
            self._expect("by")
            order.append(self._sort())
            while self._peek() == ",":
                self._next()
                order.append(self._sort())
        if self._peek():
            raise JqlError(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{self._next()}'.")
        return Query(where, tuple(order))

    def _sort(self) -> tuple[str, bool]:
        name = _field(self._next())
        direction = self._next().lower() if self._peek() in ("asc", "desc") else "asc"
        return name, direction == "desc"

    def _joined(self, joint: str) -> Node:
        below: Callable[[], Node] = (lambda: self._joined("and")) if joint == "or" else self._single
        parts = [below()]
        while self._peek() == joint:
            self._next()
            parts.append(below())
        return parts[0] if len(parts) == 1 else Group(joint, tuple(parts))

    def _single(self) -> Node:
        if self._peek() == "not":
            self._next()
            return Group("not", (self._single(),))
        if self._peek() == "(":
            self._next()
            inside = self._joined("or")
            self._expect(")")
            return inside
        name = _field(self._next())
        operator = self._next().lower()
        if operator == "not":
            self._expect("in")
            operator = "not in"
        if operator in ("in", "not in"):
            return Clause(name, operator, self._list())
        if operator == "is":
            negated = self._peek() == "not" and bool(self._next())
            return Clause(name, "not in" if negated else "in", (self._value(),))
        if operator not in ("=", "!=", ">", "<", ">=", "<=", "~"):
            raise JqlError(f"Error in the JQL Query: Expecting operator but got '{operator}'.")
        value = self._value()
        return Clause(name, {"=": "in", "!=": "not in"}.get(operator, operator), (value,))

    def _list(self) -> tuple[str, ...]:
        self._expect("(")
        values = [self._value()]
        while self._peek() == ",":
            self._next()
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> str:
        value = self._next()
        if value in ("(", ")", ",") or value.lower() in ("and", "or"):
            raise JqlError(f"Error in the JQL Query: Expecting either a value, list or function but got '{value}'.")
        if self._peek() == "(":
            self._next()
            self._expect(")")
            return value.lower() + "()"
        return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] in "\"'" else value


def _field(name: str) -> str:
    known = _FIELDS.get(name.strip("\"'").lower())
    if known is None:
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
    return known


@dataclass(frozen=True, slots=True)
class Dates:
    """How a server reads the dates of a query: against its present, in the zone of the person who asks."""

    now_ms: int
    zone: ZoneInfo = TALLINN
    numbers: bool = True
    """Whether a bare number is epoch milliseconds."""

    def moment_of(self, name: str, value: str) -> int:
        """A date value in epoch milliseconds: a bare number, a local time, or a period; raises `JqlError`."""
        if self.numbers and value.isdigit():
            return int(value)
        for pattern in _DATES:
            try:
                return epoch_ms(datetime.strptime(value, pattern).replace(tzinfo=self.zone))
            except ValueError:
                continue
        parts = value.split()
        matches = [_PERIOD.fullmatch(part) for part in parts]
        if parts and all(matches):
            spans = (int(match[1] + match[2]) * _UNITS[match[3]] for match in matches if match is not None)
            return self.now_ms + sum(spans)
        if value.lower() in ("now()", "startofday()"):
            day = datetime.fromtimestamp(self.now_ms / 1000, self.zone)
            start = epoch_ms(day.replace(hour=0, minute=0, second=0, microsecond=0))
            return self.now_ms if value.lower() == "now()" else start
        raise JqlError(
            f"Date value '{value}' for field '{name}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
            "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
        )


_WORDS: dict[str, Callable[[Issue], tuple[str | None, ...]]] = {
    "project": lambda issue: (issue.project,),
    "key": lambda issue: (issue.key, str(issue.id)),
    "id": lambda issue: (issue.key, str(issue.id)),
    "status": lambda issue: (issue.status.name, issue.status.id),
    "statuscategory": lambda issue: (issue.status.category, catalog.CATEGORIES[issue.status.category][2]),
    "assignee": lambda issue: (issue.assignee.name, issue.assignee.key) if issue.assignee else (None,),
    "reporter": lambda issue: (issue.reporter.name, issue.reporter.key),
    "issuetype": lambda issue: (issue.type.name, issue.type.id),
    "priority": lambda issue: (issue.priority, next(p[1] for p in catalog.PRIORITIES if p[0] == issue.priority)),
    "resolution": lambda issue: (None, "unresolved") if issue.resolved_ms is None else ("Tehtud", "10000"),
    "labels": lambda issue: issue.labels or (None,),
    "summary": lambda issue: (issue.summary,),
}


def matches(node: Node, issue: Issue, dates: Dates) -> bool:
    """Whether a ticket answers to a query; raises `JqlError` for a date or key that cannot be read."""
    if isinstance(node, Group):
        if node.joint == "not":
            return not matches(node.parts[0], issue, dates)
        every = (matches(part, issue, dates) for part in node.parts)
        return all(every) if node.joint == "and" else any(every)
    if node.field in ("updated", "created"):
        at = issue.updated_ms if node.field == "updated" else issue.created_ms
        return _compare(at, node.operator, dates.moment_of(node.field, node.values[0]))
    if node.field in ("key", "id") and node.operator in (">=", "<=", ">", "<"):
        return _compare(*_places(node, issue))
    if node.operator == "~":
        return node.values[0].strip("*").lower() in issue.summary.lower()
    has = {word.lower() if word else "" for word in _WORDS[node.field](issue)}
    wanted = {_plain(value) for value in node.values}
    return bool(has & wanted) != (node.operator == "not in")


_ORDERS = {">=": ge, "<=": le, ">": gt, "<": lt, "in": eq, "not in": ne}


def _compare(left: Any, operator: str, right: Any) -> bool:
    return bool(_ORDERS[operator](left, right))


def _places(node: Clause, issue: Issue) -> tuple[Any, str, Any]:
    """What a comparison of ids compares, or of keys, which have an order within their project alone."""
    value = node.values[0]
    if value.isdigit():
        return issue.id, node.operator, int(value)
    project, _, number = value.upper().rpartition("-")
    if not number.isdigit():
        raise JqlError(f"The issue key '{value}' for field '{node.field}' is invalid.")
    is_same = issue.project == project
    return (issue.number, node.operator, int(number)) if is_same else (0, "<", 0)


def _plain(value: str) -> str:
    lowered = value.lower()
    return {"currentuser()": ME.name, "empty": "", "null": ""}.get(lowered, lowered)
