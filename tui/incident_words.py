"""What notices are called and how they stand, for the screen and the command line."""

from __future__ import annotations

from data.incident import Channel, Notice, Stage
from data.language import _
from data.words import reason_words


def stage_word(stage: Stage) -> str:
    """What a notice is called."""
    return {Stage.FIRST: _("First notice"), Stage.UPDATE: _("Next notice"), Stage.RESTORED: _("Last notice")}[stage]


def notice_state(notice: Notice) -> tuple[str, str]:
    """How a notice stands, and the role of that."""
    if notice.told_ms is not None and notice.detail:
        return (_("sent, but not taken: {names}").format(names=notice.detail), "warn")
    if notice.told_ms is not None:
        return (_("sent"), "good")
    by_hand = {Channel.DRAFT: _("saved as a file"), Channel.COPIED: _("copied")}.get(notice.channel, "")
    if by_hand:
        return (_("{how}, not marked as sent: s").format(how=by_hand), "warn")
    if notice.reason == "mail uncertain":
        return (_("may have been sent: ask, then s"), "warn")
    if notice.state == "failed":
        reason = ": ".join(filter(None, (reason_words(notice.reason), notice.detail)))
        form = _("could not be sent: {reason}") if notice.is_final else _("not sent yet, tried again: {reason}")
        return (form.format(reason=reason), "bad")
    return (_("is being sent") if notice.state == "sending" else _("leaves in a moment"), "quiet")
