"""How the stages of a pay-day stand, in words and signs."""

from __future__ import annotations

from datetime import date

from data.clock import tallinn
from data.language import _
from data.payday import Payday, StageStanding, StageState
from tui.format import Format
from tui.glyphs import Glyphs
from tui.widgets.line import Run

ROLES = {
    StageState.AHEAD: "quiet",
    StageState.RUNNING: "accent",
    StageState.DONE: "good",
    StageState.LATE: "bad",
    StageState.FAILED: "bad",
    StageState.UNKNOWN: "warn",
}


def sign_of(glyphs: Glyphs, state: StageState) -> str:
    """The sign of a stage."""
    return {
        StageState.AHEAD: glyphs.seat_free,
        StageState.RUNNING: glyphs.chosen,
        StageState.DONE: glyphs.up,
        StageState.LATE: glyphs.down,
        StageState.FAILED: glyphs.down,
        StageState.UNKNOWN: glyphs.unknown,
    }[state]


def steps(form: Format, payday: Payday, *, is_named: bool) -> list[Run]:
    """The stages in their order: a sign for each, with its name where there is room."""
    runs: list[Run] = []
    for stage in payday.stages:
        role = ROLES[stage.state]
        gap = "  " if is_named and runs else ""
        runs.append((f"{gap}{sign_of(form.glyphs, stage.state)}", role))
        if is_named:
            runs.append((f" {stage.name}", "" if stage.state is not StageState.AHEAD else "quiet"))
    return runs


def stage_words(form: Format, stage: StageStanding) -> str:
    """How a stage stands: is over since 04:10, has not begun by 03:00."""
    if stage.state is StageState.DONE:
        return _("done {time}").format(time=form.moment(stage.ended_ms or 0))
    if stage.state is StageState.RUNNING:
        return _("under way since {time}").format(time=form.moment(stage.began_ms or 0))
    if stage.state is StageState.FAILED:
        return _("ended with an error {time}").format(time=form.moment(stage.ended_ms or 0))
    if stage.state is StageState.LATE:
        return _late_words(form, stage)
    if stage.state is StageState.UNKNOWN:
        return _("not known: the job has not been seen") if stage.check else _("not known: no job is watched for it")
    if stage.starts_ms is not None:
        return _("begins {time}").format(time=form.full_moment(stage.starts_ms))
    return _("by {time}").format(time=form.full_moment(stage.due_ms or 0))


def _late_words(form: Format, stage: StageStanding) -> str:
    """Stages are told by the time of day alone on their own day: ei alanud kella 03:00-ks."""
    if stage.began_ms is not None or stage.starts_ms is None:
        limit_ms, today, other = (
            stage.due_ms or 0,
            _("was not over by {time}"),
            _("was not over by {time} on {day}"),
        )
    else:
        limit_ms, today, other = stage.starts_ms, _("had not begun by {time}"), _("had not begun by {time} on {day}")
    day = tallinn(limit_ms).date()
    told = today if day == form.today() else other
    return told.format(time=form.time(limit_ms), day=form.day(day))


def standing(form: Format, payday: Payday) -> tuple[str, str]:
    """How a pay-day stands, and the role of the words: the first trouble, else the stage that goes on or comes next."""
    if payday.troubled:
        stage = payday.troubled[0]
        return f"{stage.name}: {stage_words(form, stage)}", "bad"
    if payday.threats:
        return _("{names} is down").format(names=", ".join(payday.threats)), "bad"
    if payday.is_done:
        return _("everything is done"), "good"
    unknown = next((stage for stage in payday.stages if stage.state is StageState.UNKNOWN), None)
    stage_now = payday.next_step if unknown is None else unknown
    if stage_now is None:
        return _("no stage is watched"), "quiet"
    return f"{stage_now.name}: {stage_words(form, stage_now)}", "warn" if unknown is not None else "quiet"


def short_standing(form: Format, payday: Payday) -> str:
    """`standing` where there is no room for more: the stage, and when it is its turn."""
    if payday.troubled:
        return _("{stage} is late").format(stage=payday.troubled[0].name)
    stage = payday.next_step
    if payday.threats or stage is None:
        return standing(form, payday)[0]
    return f"{stage.name} {form.full_moment(stage.step_ms)}"


def day_of(payday: Payday) -> date:
    """The day on which it is paid."""
    return date.fromisoformat(payday.day)
