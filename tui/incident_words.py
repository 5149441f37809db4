"""What notices are called and how they stand, for the screen and the command line."""

from __future__ import annotations

from data.incident import Channel, Notice, Stage
from data.language import _


def stage_word(stage: Stage) -> str:
    """What a notice is called."""
    return {Stage.FIRST: _("First notice"), Stage.UPDATE: _("Next notice"), Stage.RESTORED: _("Last notice")}[stage]


def notice_state(notice: Notice) -> tuple[str, str]:
    """How a notice stands, and the role of that."""
    by_hand = {Channel.DRAFT: _("saved as a file"), Channel.COPIED: _("copied")}.get(notice.channel, "")
    if notice.told_ms is not None:
        return (_("sent"), "good")
    if by_hand:
        return (_("{how}, not marked as sent: s").format(how=by_hand), "warn")
    known = {
        "pending": (_("leaves in a moment"), "quiet"),
        "sending": (_("is being sent"), "quiet"),
        "failed": (_("could not be sent: {reason}").format(reason=notice.detail), "bad"),
        "refused": (_("was refused: {reason}").format(reason=notice.detail), "bad"),
        "uncertain": (_("may have been sent: ask, then s"), "warn"),
    }
    return known.get(notice.state, (notice.state, "warn"))
