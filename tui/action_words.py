"""Actions on tickets in words: what was done, how far it has come, why it has not gone through."""

from __future__ import annotations

from data.action import Action, ActionState, Attach, Comment, Create, Edit, FieldEdit, Link, LogWork, Move, Watch
from data.language import _, pgettext
from data.model import Pending
from data.words import reason_words
from tui.format import Format, length, number, shorten
from tui.jira_fields import field_word
from tui.widgets.line import Runs

_SHORT = 60
"""Letters of a text that stand on a line."""


def pending_word(pending: Pending) -> str:
    """How far what was done to a ticket has come; empty where nothing waits."""
    return {
        Pending.NONE: "",
        Pending.SAVING: _("saving"),
        Pending.WAITING: pgettext("action", "waits"),
        Pending.PROBLEM: _("decide"),
    }[pending]


def state_runs(action: Action, *, is_saving: bool = False) -> Runs:
    """How far one action has come."""
    if is_saving:
        return ((_("saving"), "quiet"),)
    word, role = {
        ActionState.WAITING: (pgettext("action", "waits"), "accent"),
        ActionState.SENDING: (_("leaves now"), "accent"),
        ActionState.SENT: (pgettext("action", "sent"), "good"),
        ActionState.UNCERTAIN: (_("not known whether it arrived"), "warn strong"),
        ActionState.CONFLICT: (_("somebody else changed the same"), "warn strong"),
        ActionState.REFUSED: (_("Jira did not take it"), "bad strong"),
        ActionState.DROPPED: (_("dropped"), "quiet"),
    }[action.state]
    return ((word, role),)


def trouble_words(action: Action) -> str:
    """Why it has not gone through, with Jira's own words; empty where there is nothing to say."""
    if not action.code:
        return ""
    told = reason_words(action.code)
    return f"{told}: {action.detail}" if action.detail else told


def kind_words(action: Action) -> str:
    """What was done, in a word or two."""
    match action.work:
        case Comment(is_internal=internal):
            return _("internal comment") if internal else _("comment")
        case Move():
            return pgettext("action", "state")
        case Edit(fields=(one,)):
            return field_word(one.field)
        case Edit():
            return _("fields")
        case Create():
            return _("new ticket")
        case Link():
            return pgettext("action", "link")
        case Watch(is_on=on):
            return _("watching") if on else _("not watching any more")
        case LogWork():
            return _("time spent")
        case Attach():
            return pgettext("action", "file")
    raise AssertionError(action.work)


def work_words(action: Action, form: Format) -> str:
    """What was done, on a line: what it says, or from what to what."""
    match action.work:
        case Comment(text=text):
            return shorten(" ".join(text.split()), _SHORT)
        case Move(status=status):
            return f"{form.glyphs.arrow} {status.word}"
        case Edit(fields=fields):
            return "; ".join(_edit_words(each, form, named=len(fields) > 1) for each in fields)
        case Create() as made:
            return f"{made.type.word}: {made.summary}"
        case Link(type=type_, other=other):
            return f"{type_.word} {other}"
        case LogWork(seconds=seconds, text=text):
            return f"{length(seconds * 1000)}  {shorten(text, _SHORT)}".rstrip()
        case Attach(name=name, size=size):
            return f"{name} ({file_size(size)})"
    return ""


def _edit_words(edit: FieldEdit, form: Format, *, named: bool) -> str:
    name = f"{field_word(edit.field)} " if named else ""
    if edit.shape.is_many:
        before, after = {each.word for each in edit.before}, {each.word for each in edit.after}
        steps = [*(f"+{word}" for word in sorted(after - before)), *(f"-{word}" for word in sorted(before - after))]
        return f"{name}{', '.join(steps)}"
    words = [shorten(" ".join(each[0].word.split()), _SHORT) if each else form.glyphs.dash
             for each in (edit.before, edit.after)]  # fmt: skip
    return f"{name}{words[0]} {form.glyphs.arrow} {words[1]}"


def file_size(count: int) -> str:
    """12 kB, 3,4 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{number(count / 1_000_000, 1)} MB"
