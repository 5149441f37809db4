"""SLA clocks as people read them: how much was used, what is left, when it is due, and who says so."""

from __future__ import annotations

from collections.abc import Iterator

from data.language import _, pgettext
from data.model import ClockKind, ClockRun, SlaClock, TicketClocks
from data.rules.sla import RoundTheClock, elapsed_ms, worth_telling
from tui.format import HOUR, MINUTE, NO_BREAK, Format
from tui.widgets.document import Block, Fact
from tui.widgets.line import Run


def worked(milliseconds: int) -> str:
    """Counted time in hours and minutes (42 min, 3 h 10 min, 162 h): a day of it would be how long?"""
    hours, minutes = abs(milliseconds) // HOUR, abs(milliseconds) // MINUTE % 60
    parts = [f"{hours}{NO_BREAK}h"] if hours else []
    return NO_BREAK.join([*parts, f"{minutes}{NO_BREAK}min"] if minutes or not hours else parts)


def clock_facts(clocks: TicketClocks, form: Format) -> list[Block]:
    """The clocks of an opened ticket, Jira's first; both where the desk's own tells something else."""
    blocks: list[Block] = []
    labelled: set[str] = set()
    for clock in worth_telling(clocks):
        label = _label(clock)
        blocks.append(Fact("" if label in labelled else label, tuple(_runs(clock, form))))
        labelled.add(label)
    for status in clocks.unknown:
        words = _("Neither Jira nor the configuration knows the status “{status}”: the clocks run in it.")
        blocks.append(Fact("" if labelled else _("SLA"), ((words.format(status=status), "warn"),)))
    return blocks


def _label(clock: SlaClock) -> str:
    return {
        ClockKind.RESPONSE: pgettext("clock", "Response"),
        ClockKind.RESOLUTION: pgettext("clock", "Resolution"),
        ClockKind.OTHER: _("SLA"),
    }[clock.kind]


def _runs(clock: SlaClock, form: Format) -> Iterator[Run]:
    """Who says so, how it stands, and the moment before the figures: cut short, it would be another one."""
    sources = ("Jira", pgettext("clock", "desk"))
    yield f"{sources[clock.is_own]:<{max(map(len, sources))}}  ", "quiet"
    used, left = _counted(clock, form.now_ms())
    yield _standing(clock, left, form)
    at_ms = clock.due_ms if clock.run is ClockRun.RUNNING else clock.since_ms
    figures = (_figures(clock, used, left), clock.name if clock.kind is ClockKind.OTHER else "")
    for words in (form.full_moment(at_ms) if at_ms is not None else "", *figures):
        if words:
            yield f"  {words}", "quiet"


def _counted(clock: SlaClock, now_ms: int) -> tuple[int | None, int | None]:
    """Time used and time left in whole minutes, which add up to the target; a minute begun beyond it is whole."""
    used = elapsed_ms(clock, now_ms)
    if used is None or clock.target_ms is None:
        return used, None
    minutes = -(-used // MINUTE) if used > clock.target_ms else used // MINUTE
    return minutes * MINUTE, clock.target_ms - minutes * MINUTE


def _standing(clock: SlaClock, left_ms: int | None, form: Format) -> Run:
    """The words that tell whether all is well."""
    if clock.run is ClockRun.RUNNING:
        return _running(clock, left_ms, form)
    late = _over(left_ms) if left_ms is not None and left_ms < 0 else pgettext("clock", "over")
    if clock.run is ClockRun.PAUSED:
        paused = pgettext("clock", "paused")
        return (f"{paused}, {late}", "bad") if clock.is_late else (paused, "accent")
    return (late, "bad") if clock.is_late else (f"{form.glyphs.ok} {pgettext('clock', 'met')}", "good")


def _running(clock: SlaClock, left_ms: int | None, form: Format) -> Run:
    if clock.due_ms is None:
        return pgettext("clock", "runs"), "quiet"
    if not form.is_past(clock.due_ms):
        words = _("{left} left").format(left=form.left(clock.due_ms))
    elif left_ms is None:
        # Jira tells when it ran out, and not by which calendar it runs.
        words = _over(clock.due_ms - form.now_ms())
    else:
        words = _over(left_ms) if left_ms < 0 else _("the time is up")
    return f"{form.glyphs.clock} {words}", form.clock_role(clock.due_ms)


def _over(left_ms: int) -> str:
    return _("over by {time}").format(time=worked(left_ms))


def _figures(clock: SlaClock, used_ms: int | None, left_ms: int | None) -> str:
    """Time used, target and time left, in the time that the clock counts."""
    if clock.target_ms is None:
        return ""
    told = {"target": worked(clock.target_ms), "used": worked(used_ms or 0), "left": worked(left_ms or 0)}
    in_hours = clock.calendar is not None and not isinstance(clock.calendar, RoundTheClock)
    if used_ms is None or left_ms is None:
        form = _("target {target}")
    elif clock.run is ClockRun.STOPPED or left_ms < 0:
        form = _("{used} of working time used, target {target}") if in_hours else _("{used} used, target {target}")
    elif in_hours:
        form = _("{used} of working time used, {left} left, target {target}")
    else:
        form = _("{used} used, {left} left, target {target}")
    # A figure does not leave its word at the end of a line.
    return ", ".join(part.replace(" ", NO_BREAK) for part in form.format(**told).split(", "))
