"""A page of search results: decoded fast when it is well, issue by issue when one of them is odd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import GenericAlias
from typing import Any

import msgspec

from data.sources.batch import Batch, Row
from data.sources.jira_layout import Layout
from data.sources.jira_mark import Mark, Owed, batch_at
from data.sources.jira_rows import IssueRows, instant, issue_rows
from data.sources.jira_wire import IssueBase, Wire, loose_json
from data.text import clean_line


@dataclass(frozen=True, slots=True)
class PageIssue:
    """One issue of a page: decoded, or the reason why it cannot be."""

    id: str
    key: str
    updated_ms: int | None
    body: Any
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to a search."""

    total: int
    max_results: int
    issues: list[PageIssue]

    @classmethod
    def decode(cls, body: bytes, issue: type[IssueBase]) -> Page:
        """The page in `body`; issues that do not fit `issue` are there with a reason. Raises ValueError if not JSON."""
        try:
            page = msgspec.json.decode(body, type=_typed(issue))
            return cls(page.total, page.max_results, [_well(each) for each in page.issues])
        except (msgspec.MsgspecError, UnicodeError):
            return cls._decode_each(body, issue)

    @classmethod
    def _decode_each(cls, body: bytes, issue: type[IssueBase]) -> Page:
        page = loose_json(body)
        if not isinstance(page, dict) or not isinstance(page.get("issues"), list):
            raise ValueError("no page of issues")
        issues = [_each(raw, issue) for raw in page["issues"]]
        total, size = page.get("total"), page.get("maxResults")
        return cls(total if isinstance(total, int) else len(issues), size if isinstance(size, int) else 0, issues)


class _Envelope(Wire):
    total: int = 0
    max_results: int = 0


@lru_cache(maxsize=4)
def _typed(issue: type[IssueBase]) -> Any:
    """The type of a page of such issues."""
    issues: Any = ("issues", GenericAlias(list, (issue,)), msgspec.field(default_factory=list))
    return msgspec.defstruct("ServerPage", [issues], bases=(_Envelope,))


def _well(issue: Any) -> PageIssue:
    return PageIssue(issue.id, issue.key, _updated_ms(issue.fields.updated), issue)


def _each(raw: Any, issue: type[IssueBase]) -> PageIssue:
    try:
        return _well(msgspec.convert(raw, issue))
    except (ValueError, RecursionError) as error:
        # The decoder's words name the place and the types, never the content.
        reason = str(error) if isinstance(error, msgspec.ValidationError) else type(error).__name__
    record = raw if isinstance(raw, dict) else {}
    fields = record.get("fields") if isinstance(record.get("fields"), dict) else {}
    key = clean_line(str(record.get("key") or record.get("id") or "?"), 100)
    return PageIssue(
        str(record.get("id") or key), key, _updated_ms((fields or {}).get("updated")), None, clean_line(reason, 300)
    )


def _updated_ms(text: Any) -> int | None:
    try:
        return instant(text, "updated")
    except ValueError:
        return None


def page_rows(page: Page, places: Sequence[int], server: Layout, source: str, mark: Mark) -> Batch:
    """The batch of the issues at `places` of `page`; what makes no sense is a quarantined row with its reason.

    What the page holds in part only is owed from then on, by `mark`.
    """
    good: list[IssueRows] = []
    odd: list[Row] = []
    for place in places:
        issue, reason = page.issues[place], page.issues[place].reason
        if issue.body is not None:
            try:
                good.append(issue_rows(issue.body, server))
            except (ValueError, TypeError, OverflowError, RecursionError) as error:
                reason = clean_line(str(error), 300) or type(error).__name__
        if reason:
            # Dated by the issue itself, so that meeting it again changes nothing.
            odd.append((source, clean_line(issue.key, 100), reason, issue.updated_ms or 0))
    rows: dict[str, Sequence[Row]] = {
        "ticket": [each.ticket for each in good],
        "comment": [row for each in good for row in each.comments],
        "worklog": [row for each in good for row in each.worklogs],
        "attachment": [row for each in good for row in each.attachments],
        "change": [row for each in good for row in each.changes],
        "name": list(dict.fromkeys(row for each in good for row in each.people)),
    }
    every = [each.id for each in good]
    replace: dict[str, tuple[str, Sequence[Any]]] = {
        "comment": ("ticket_id", [each.id for each in good if "comment" in each.whole]),
        "worklog": ("ticket_id", [each.id for each in good if "worklog" in each.whole]),
        "attachment": ("ticket_id", every),
        "change": ("ticket_id", every),
    }
    if places:
        rows["quarantine"] = odd
        replace["quarantine"] = ("reference", [clean_line(page.issues[place].key, 100) for place in places])
    _owe(mark, good)
    return batch_at(mark, rows, replace=replace)


def _owe(mark: Mark, issues: Sequence[IssueRows]) -> None:
    known = {(each.id, each.part): each for each in mark.owed}
    for issue in issues:
        for part in issue.partial:
            owed = known.get((issue.id, part))
            if owed is None or owed.at_ms != issue.updated_ms:
                known[issue.id, part] = Owed(issue.id, issue.key, part, issue.updated_ms)
    mark.owed = [*known.values()]
