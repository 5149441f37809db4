"""A batch job, as its detail tells it: when it ran and runs, how late it is, and its figures against their bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from data.job import Bounds, Job, JobRun, JobState
from data.language import _, pgettext
from data.words import figure
from tui.format import Format, duration, length
from tui.widgets.document import Block, Fact, Section, in_columns
from tui.widgets.line import Run, Runs

RUNS_SHOWN = 14
_LATE = (JobState.LATE, JobState.MISSED, JobState.UNFINISHED)


def job_blocks(form: Format, job: Job) -> list[Block]:
    """The job by its last and next run, and the runs before."""
    told = job.standing
    blocks: list[Block] = [Section(_("Batch job"))]
    if told.state in _LATE:
        blocks.append(Fact(pgettext("of a job", "Late"), _lateness(form, job)))
    blocks.append(Fact(_("Last run"), _run(form, told.run)))
    if told.run is not None:
        blocks += _figures(job, told.run)
    blocks.append(Fact(_("Next run"), _next(form, told.next_ms)))
    blocks.append(Fact(_("Schedule"), ((job.plan.schedule, ""), (f"  {_rules(form, job)}", "quiet"))))
    shown = job.runs[: -RUNS_SHOWN - 1 : -1]
    if not shown:
        return blocks
    titles = [("", ""), ("", ""), ("", ""), *((title.lower(), "quiet") for title, *_rest in _figures_of(job, shown))]
    return [*blocks, Section(_("Runs")), *in_columns([titles, *(_line(form, job, each, shown) for each in shown)])]


def lateness_ms(job: Job, now_ms: int) -> int:
    """How late the job is at `now_ms`: what has not ended at its cut-off is late from then on."""
    told = job.standing
    since_ms = told.cutoff_ms if told.state is JobState.UNFINISHED else told.planned_ms
    return max(0, now_ms - since_ms) if since_ms is not None else 0


def _lateness(form: Format, job: Job) -> Runs:
    told = job.standing
    role = "warn" if told.state is JobState.LATE else "bad"
    runs: list[Run] = [(length(lateness_ms(job, form.now_ms())), f"{role} strong")]
    if told.state is JobState.LATE and told.cutoff_ms is not None and job.plan.cutoff:
        left = _("must be over {moment}, {left} left")
        limit = left.format(moment=form.moment(told.cutoff_ms), left=form.left(told.cutoff_ms))
        runs.append((f"  {limit}", "quiet"))
    return runs


def _run(form: Format, run: JobRun | None) -> Runs:
    if run is None:
        return ((_("none is known"), "quiet"),)
    if run.ended_ms is None:
        since = _("since {time}").format(time=form.full_moment(run.began_ms))
        return ((_("runs now"), ""), (f"  {since}", "quiet"))
    word, role = (_("went well"), "good") if run.is_well else (_("ended with an error"), "bad strong")
    return ((form.full_moment(run.ended_ms), ""), (f"  {word}", role), (_took(run), "quiet"))


def _took(run: JobRun) -> str:
    return "" if run.seconds is None else "  " + _("took {span}").format(span=length(round(run.seconds * 1000)))


def _next(form: Format, next_ms: int | None) -> Runs:
    if next_ms is None:
        return ((_("none is planned"), "quiet"),)
    left = _("in {span}").format(span=duration(next_ms - form.now_ms()))
    return ((form.full_moment(next_ms), ""), (f"  {left}", "quiet"))


def _rules(form: Format, job: Job) -> str:
    """By when it must have begun and ended."""
    grace = _("grace {span}").format(span=length(job.plan.grace_ms))
    if not job.plan.cutoff:
        return grace
    return f"{grace} {form.glyphs.dot} " + _("must be over at {time}").format(time=job.plan.cutoff)


def _figures_of(job: Job, runs: Sequence[JobRun]) -> list[tuple[str, Bounds, Callable[[JobRun], float | None]]]:
    """Name, bounds and value of each figure that any of `runs` tells."""
    known: list[tuple[str, Bounds, Callable[[JobRun], float | None]]] = [
        (_("Rows"), job.plan.rows, lambda run: run.rows),
        (pgettext("of a job", "Sum"), job.plan.total, lambda run: run.total),
        (_("Rejected"), job.plan.rejects, lambda run: run.rejects),
    ]
    return [each for each in known if any(each[2](run) is not None for run in runs)]


def _figures(job: Job, run: JobRun) -> Iterator[Block]:
    """Each figure that is known, with the bounds in which it makes sense."""
    for title, bounds, of in _figures_of(job, [run]):
        value = of(run) or 0
        role = "bad strong" if bounds.broken_by(value) else ""
        yield Fact(title, ((figure(value), role), (_within(bounds), "quiet")))


def _within(bounds: Bounds) -> str:
    if bounds.least is not None and bounds.most is not None:
        told = _("expected {least} to {most}").format(least=figure(bounds.least), most=figure(bounds.most))
    elif bounds.least is not None:
        told = _("expected at least {least}").format(least=figure(bounds.least))
    elif bounds.most is not None:
        told = _("expected at most {most}").format(most=figure(bounds.most))
    else:
        return ""
    return f"  {told}"


def _line(form: Format, job: Job, run: JobRun, shown: Sequence[JobRun]) -> list[Run]:
    glyphs = form.glyphs
    if run.ended_ms is None:
        sign, role, word = glyphs.unknown, "quiet", _("no end is known") if run != job.runs[-1] else _("runs now")
    elif run.is_well:
        sign, role, word = glyphs.up, "good", "" if run.seconds is None else length(round(run.seconds * 1000))
    else:
        sign, role, word = glyphs.down, "bad", _("ended with an error")
    return [
        (form.full_moment(run.began_ms), "quiet"),
        (sign, role),
        (word, "" if run.is_well else "bad"),
        *(
            (_value(of(run)), "bad" if bounds.broken_by(of(run)) else "quiet")
            for _title, bounds, of in _figures_of(job, shown)
        ),
    ]


def _value(value: float | None) -> str:
    return "" if value is None else figure(value)
