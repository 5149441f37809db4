"""Walking through everything that changed in a search whose result moves while it is read.

The walk is a keyset over `updated` (ascending), not over offsets: an issue that changes meanwhile moves to the end,
and no other one is skipped. Only inside one moment of a bulk edit, which can be longer than a page, it counts rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.language import _
from data.sources.batch import SourceError

SECOND = 1_000
MINUTE = 60 * SECOND
_RESTARTS = 20
_KEPT = 2 * 60 * MINUTE
"""Rows seen are remembered for this long before the newest: more than any overlap reaches back."""


class Dates:
    """How a moment is written in JQL.

    A number (unquoted UTC epoch milliseconds) has no time zone. A server that refuses it gets `yyyy/MM/dd HH:mm` in
    the zone of the token's user, floored, a minute wider, and an hour more where the clocks are turned back: nobody
    says which of the two hours the server takes such digits for.
    """

    def __init__(self, zone: str) -> None:
        self.is_numeric = True
        self.follow(zone)

    def follow(self, zone: str) -> None:
        """Takes over the zone that the user has now."""
        try:
            self._zone: ZoneInfo | None = ZoneInfo(zone) if zone else None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._zone = None

    def since(self, at_ms: int, field: str = "updated") -> str:
        """The clause that finds everything updated at `at_ms` or later, and perhaps a little before."""
        if self.is_numeric:
            return f"{field} >= {at_ms}"
        return f'{field} >= "{self._digits(at_ms - MINUTE, -1):%Y/%m/%d %H:%M}"'

    def before(self, at_ms: int, field: str = "updated") -> str:
        """The clause that finds everything updated before `at_ms`, and perhaps a little after."""
        if self.is_numeric:
            return f"{field} < {at_ms}"
        return f'{field} < "{self._digits(at_ms + 2 * MINUTE, 1):%Y/%m/%d %H:%M}"'

    def _digits(self, at_ms: int, way: int) -> datetime:
        """What the user's clock shows at `at_ms`; where it shows that twice, an hour away (`way` is -1 or 1)."""
        if self._zone is None:
            # Whatever the zone is, fourteen hours are enough.
            return datetime.fromtimestamp(at_ms / 1000, UTC) + way * timedelta(hours=14)
        moment = datetime.fromtimestamp(at_ms / 1000, self._zone)
        is_twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
        return moment + way * timedelta(hours=1) if is_twice else moment


class Walk:
    """One run through a search from `from_ms` on: says what to ask next and what of an answer is new.

    Ask for `clause`, from `start_at` on, ordered by `updated ASC, key ASC`, hand the answer to `take`, until `is_done`.
    `reached_ms` is the watermark: everything before it has been handed over. Another `field` than `updated` may be
    walked by: everything said here of `updated` then holds for that one.

    The walk ends before `to_ms`, if given. `newest_ms` is the latest moment that there was when it began: an issue
    dated later was changed since, perhaps after the server had sorted it, and says nothing about how far we are.
    """

    def __init__(
        self,
        from_ms: int,
        dates: Dates,
        field: str = "updated",
        *,
        to_ms: int | None = None,
        newest_ms: int | None = None,
    ) -> None:
        self.reached_ms = from_ms // SECOND * SECOND
        self._to_ms = to_ms
        self._newest_ms = newest_ms
        self.start_at = 0
        self.is_done = False
        self._dates = dates
        self._field = field
        self._seen: dict[str, int | None] = {}
        self._anchor = ""
        self._restarts = 0
        self._prune_at = 50_000

    @property
    def clause(self) -> str:
        """The condition on `updated` of the next question."""
        since = self._dates.since(self.reached_ms, self._field)
        return since if self._to_ms is None else f"{since} AND {self._dates.before(self._to_ms, self._field)}"

    @property
    def seen(self) -> dict[str, int | None]:
        """When each issue seen lately was updated, by id."""
        return self._seen

    def take(self, rows: Sequence[tuple[str, int | None]], total: int) -> list[int]:
        """The places in `rows` (id and `updated` in epoch milliseconds, None if unreadable) that were not seen yet.

        `total` is the server's count for the question. The walk ends at an answer without anything new that reaches
        the end; a short page alone proves nothing. Raises SourceError when the result will not hold still.
        """
        ids = [issue for issue, _updated in rows]
        if not self.is_still(ids):
            return []
        new = [
            place
            for place, (issue, updated) in enumerate(rows)
            if issue not in self._seen or self._seen[issue] != updated
        ]
        self._seen.update(rows)
        self.step(ids, total, self.reached_by(rows), is_news=bool(new))
        self._prune()
        return new

    def is_still(self, ids: Sequence[str]) -> bool:
        """Whether the answer with these issues begins where the one before ended; else the walk has stepped back.

        Raises SourceError when the result will not hold still.
        """
        if self._anchor and (not ids or ids[0] != self._anchor):
            # The row that we stood on has moved, and the others with it: count this moment's rows again.
            self._restart()
            return False
        return True

    def step(self, ids: Sequence[str], total: int, reached_ms: int, *, is_news: bool) -> None:
        """Goes on past an answer with these issues: before `reached_ms` everything is known now."""
        reached_end = self.start_at + len(ids) >= total or len(ids) <= (1 if self._anchor else 0)
        self.is_done = not is_news and reached_end
        if ids:
            self._advance(ids, reached_ms, is_news=is_news)

    def pass_over(self) -> None:
        """Goes on behind the moment that the walk stands in, though not all of it was read."""
        asked = self.clause
        while self.clause == asked:
            # A date in words holds for a minute and more.
            self.reached_ms += SECOND
        self.start_at, self._anchor = 0, ""

    def reached_by(self, rows: Sequence[tuple[str, int | None]]) -> int:
        """Before which moment everything is known when `rows` are, the last of those that were handed over."""
        last = next((at for _issue, at in reversed(rows) if at is not None and self._is_in_place(at)), 0)
        return last // SECOND * SECOND

    def _is_in_place(self, at_ms: int) -> bool:
        return (self._to_ms is None or at_ms < self._to_ms) and (self._newest_ms is None or at_ms <= self._newest_ms)

    def _advance(self, ids: Sequence[str], reached_ms: int, *, is_news: bool) -> None:
        asked = self.clause
        self.reached_ms = max(self.reached_ms, reached_ms)
        self._anchor = ""
        if self.clause != asked:
            self.start_at = 0
        elif len(ids) > 1:
            # One row over, to see that it still stands where it stood.
            self.start_at += len(ids) - 1
            self._anchor = ids[-1]
        elif self.start_at or not is_news:
            # The same question again would have the same answer, for ever.
            self.start_at += 1

    def _restart(self) -> None:
        self._restarts += 1
        if self._restarts > _RESTARTS:
            raise SourceError(
                "server", _("Jira's answers change faster than they can be read. The desk tries again by itself.")
            )
        self.start_at, self._anchor = 0, ""

    def _prune(self) -> None:
        if len(self._seen) > self._prune_at:
            oldest = self.reached_ms - _KEPT
            self._seen = {issue: at for issue, at in self._seen.items() if at is None or at >= oldest}
            self._prune_at = max(50_000, 2 * len(self._seen))
