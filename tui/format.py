"""Values as people read them: ages, clocks, days, numbers and the words of states.

The only room of the screen that asks what time it is. Everything is told in the language in use; times are those of
Europe/Tallinn.
"""

from __future__ import annotations

from datetime import date, timedelta

from data.clock import Clock, tallinn
from data.language import _, language, ngettext, pgettext
from data.model import RISK_MS, Development, DevelopmentKind, DevelopmentState, Outcome, Service, ServiceState
from data.words import NO_BREAK as NO_BREAK
from data.words import number as number
from tui.glyphs import FULL, PLAIN, Glyphs

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
HALF_YEAR = 180
"""Days; those that are farther off need their year."""


def short_weekday(day: date) -> str:
    """One or three letters: E or Mon."""
    return (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )[day.weekday()]


def long_weekday(day: date) -> str:
    """The whole name of the day of the week."""
    return (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))[
        day.weekday()
    ]


def short_month(month: int) -> str:
    """The short name of month 1–12, at most five letters."""
    return (
        pgettext("month", "Jan"),
        pgettext("month", "Feb"),
        pgettext("month", "Mar"),
        pgettext("month", "Apr"),
        pgettext("month", "May"),
        pgettext("month", "Jun"),
        pgettext("month", "Jul"),
        pgettext("month", "Aug"),
        pgettext("month", "Sep"),
        pgettext("month", "Oct"),
        pgettext("month", "Nov"),
        pgettext("month", "Dec"),
    )[month - 1]


def duration(milliseconds: int) -> str:
    """A span in its largest unit: 12 s, 4 min, 7 h, 3 p (English 3 d); never negative."""
    span = max(0, milliseconds)
    if span < MINUTE:
        return f"{span // SECOND}{NO_BREAK}s"
    if span < HOUR:
        return f"{span // MINUTE}{NO_BREAK}min"
    if span < 2 * DAY:
        return f"{span // HOUR}{NO_BREAK}h"
    return pgettext("age", "{n} d").format(n=span // DAY).replace(" ", NO_BREAK)


def length(milliseconds: int) -> str:
    """How long something lasts, to the minute: 45 min, 1 h 30 min, 3 p (English 3 d)."""
    days = round(milliseconds / DAY)
    if days and abs(milliseconds - days * DAY) <= HOUR:  # a day on which the clocks change is one too
        return pgettext("age", "{n} d").format(n=days).replace(" ", NO_BREAK)
    hours, minutes = divmod(milliseconds // MINUTE, 60)
    parts = [f"{hours}{NO_BREAK}h"] if hours else []
    return " ".join([*parts, f"{minutes}{NO_BREAK}min"] if minutes or not hours else parts)


def countdown(milliseconds: int) -> str:
    """Hours and minutes left (0:25), or gone with a sign (-1:10, a minute begun is whole); days from two of them on."""
    sign, span = ("-", -milliseconds) if milliseconds < 0 else ("", milliseconds)
    if span >= 2 * DAY:
        return sign + duration(span)
    # A clock that has run out has done so by a minute at the least: "-0:00" would read as time still left.
    minutes = -(-span // MINUTE) if sign else span // MINUTE
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def percent(share: float) -> str:
    """A share (0 to 1) of time in which something worked, never rounded up to what was not reached: 99,95 %."""
    places = 0 if share >= 1 else 2 if share >= 0.99 else 1
    scale = 100 * 10**places
    # What is a hair below a step through its binary form alone is on it.
    return f"{number(int(share * scale + 1e-6) * 100 / scale, places)} %"


def latency(milliseconds: int | None) -> str:
    """Seconds with two decimals: 0,21 s; empty when nothing was measured."""
    if milliseconds is None:
        return ""
    return f"{number(milliseconds / 1000, 2 if milliseconds < 10_000 else 0)}{NO_BREAK}s"


def title_of(summary: str) -> str:
    """A ticket's title, or the word for one that has none."""
    return summary or _("(no title)")


def slip(days: int) -> str:
    """How many days the end has moved: +9 p."""
    return pgettext("slip", "{sign}{n} d").format(sign="+" if days > 0 else "-", n=abs(days)).replace(" ", NO_BREAK)


def shorten(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` cells, cut at the end."""
    return text if len(text) <= width else text[: max(0, width - len(ellipsis))].rstrip() + ellipsis[:width]


def parse_day(text: str) -> date | None:
    """The ISO date in `text`; None for an empty or odd one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Format:
    """Formatting that needs to know the time or the set of signs."""

    def __init__(self, clock: Clock, *, ascii_only: bool = False) -> None:
        self.clock = clock
        self.glyphs: Glyphs = PLAIN if ascii_only else FULL

    def now_ms(self) -> int:
        """The present time in UTC epoch milliseconds."""
        return self.clock.now_ms()

    def today(self) -> date:
        """The present day in Tallinn."""
        return self.clock.now().date()

    def age(self, at_ms: int | None) -> str:
        """How long ago `at_ms` was; empty for None."""
        return "" if at_ms is None else duration(self.now_ms() - at_ms)

    def left(self, at_ms: int) -> str:
        """How long until `at_ms`, as hours and minutes; with a minus sign once it has passed."""
        return countdown(at_ms - self.now_ms())

    def is_past(self, at_ms: int) -> bool:
        """Whether `at_ms` has passed."""
        return at_ms < self.now_ms()

    def clock_role(self, breach_ms: int) -> str:
        """The role of an SLA clock that runs out at `breach_ms`, the same wherever it stands."""
        left = breach_ms - self.now_ms()
        return "bad" if left < 0 else "warn" if left < RISK_MS else "quiet"

    def time(self, at_ms: int) -> str:
        """The wall clock: 09:14."""
        return f"{tallinn(at_ms):%H:%M}"

    def seconds(self, at_ms: int) -> str:
        """The wall clock with seconds: 09:02:10."""
        return f"{tallinn(at_ms):%H:%M:%S}"

    def day(self, day: date) -> str:
        """A day without its year: 8.12 or 8 Dec; with the year when it is another one."""
        month = f".{day.month}" if language() != "en" else f" {short_month(day.month)}"
        if day.year == self.today().year or abs((day - self.today()).days) <= HALF_YEAR:
            return f"{day.day}{month}"
        return f"{day.day}{month}.{day.year}" if language() != "en" else f"{day.day}{month} {day.year}"

    def near_day(self, day: date) -> str:
        """A day as `day`; of one that is more than half a year away its month: 4.1, 10.2027 or Oct 2027."""
        if abs((day - self.today()).days) <= HALF_YEAR:
            return self.day(day)
        return f"{day.month}.{day.year}" if language() != "en" else f"{short_month(day.month)} {day.year}"

    def long_day(self, day: date) -> str:
        """A day in words: neljapäev, 8. dets or Thursday 8 Dec; today and tomorrow by name."""
        shown = f"{day.day}. {short_month(day.month)}" if language() != "en" else f"{day.day} {short_month(day.month)}"
        near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - self.today()).days)
        return f"{near or long_weekday(day)}, {shown}"

    def moment(self, at_ms: int) -> str:
        """A moment, as short as today allows: 09:14, else 8.12 09:14."""
        at = tallinn(at_ms)
        return f"{at:%H:%M}" if at.date() == self.today() else f"{self.day(at.date())} {at:%H:%M}"

    def full_moment(self, at_ms: int) -> str:
        """A moment with its day of the week: T 8.12 10:00."""
        at = tallinn(at_ms)
        return f"{short_weekday(at)} {self.day(at.date())} {at:%H:%M}"

    def agenda_moment(self, at_ms: int, *, all_day: bool) -> str:
        """A moment for a list, day below day: K  9.12 10:00; without the time for a whole day."""
        at = tallinn(at_ms)
        room = 5 if language() != "en" else 6
        day = f"{short_weekday(at)} {self.day(at.date()):>{room}}"
        return day if all_day else f"{day} {at:%H:%M}"

    def headline(self) -> str:
        """The present day and time, for the header: R 4. dets 09:14."""
        at = self.clock.now()
        point = "." if language() != "en" else ""
        return f"{short_weekday(at)} {at.day}{point} {short_month(at.month)} {at:%H:%M}"

    def in_days(self, day: date) -> str:
        """A near day told by its distance: today, tomorrow, in 3 days; empty when it has passed."""
        days = (day - self.today()).days
        if days < 0:
            return ""
        if days < 2:
            return (_("today"), _("tomorrow"))[days]
        return ngettext("in {n} day", "in {n} days", days).format(n=days)

    def standing(self, development: Development) -> str:
        """How a development stands, with the days that belong to it: hilineb +9 p, ajakavas, 30 p varem, algab 4.1."""
        days, start = development.slip_days, parse_day(development.start_day)
        if development.state == DevelopmentState.LATE and days:
            return _("late {slip}").format(slip=slip(days))
        if development.state == DevelopmentState.PLANNED and start:
            return _("starts {day}").format(day=self.near_day(start))
        if development.state == DevelopmentState.ON_SCHEDULE and days < 0:
            return _("{days} early").format(days=slip(-days).lstrip("+"))
        return _standing_word(development.state)

    def month_window(self) -> tuple[date, date]:
        """The first and the last day of the present month."""
        first = self.today().replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def state_word(state: ServiceState) -> str:
    """A service's state in a word."""
    return {
        ServiceState.UP: pgettext("state", "up"),
        ServiceState.DEGRADED: pgettext("state", "degraded"),
        ServiceState.DOWN: pgettext("state", "down"),
        ServiceState.MAINTENANCE: pgettext("state", "maintenance"),
        ServiceState.FLAPPING: pgettext("state", "flapping"),
        ServiceState.UNKNOWN: pgettext("state", "unknown"),
    }[state]


def service_word(service: Service) -> str:
    """A service's state in a word; of one whose last look puts it in doubt, that it is being checked."""
    return pgettext("state", "being checked") if service.is_being_checked else state_word(service.state)


def outcome_word(outcome: Outcome) -> str:
    """A measurement's outcome in a word."""
    return {
        Outcome.OK: _("ok"),
        Outcome.DEGRADED: _("slow"),
        Outcome.FAIL: _("error"),
        Outcome.MAINTENANCE: pgettext("state", "maintenance"),
        Outcome.UNKNOWN: _("not measured"),
    }[outcome]


def release_title(title: str) -> str:
    """What a release is called; one that bears a bare number says that it is one."""
    return title if any(map(str.isalpha, title)) else _("Release {name}").format(name=title)


def development_title(development: Development) -> str:
    """What a development is called; a release that bears a bare number says that it is one."""
    return release_title(development.title) if development.kind == DevelopmentKind.RELEASE else development.title


def development_key(development: Development) -> str:
    """The key in Jira; empty for releases and sprints, which have but a name."""
    return development.key if development.kind == DevelopmentKind.EPIC else ""


def _standing_word(state: DevelopmentState) -> str:
    return {
        DevelopmentState.PLANNED: _("planned"),
        DevelopmentState.ON_SCHEDULE: _("on schedule"),
        DevelopmentState.LATE: _("late"),
        DevelopmentState.DONE: _("done"),
        DevelopmentState.UNDATED: _("no dates"),
    }[state]
