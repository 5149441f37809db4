"""Väljuvad: what waits for Jira, what was refused and why, what somebody else changed meanwhile; and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from data.action import Action, ActionState, Comment, Create, Edit, FieldEdit, Value, Work, encoded
from data.language import N_, _
from data.store.operations import REVISE
from tui.acting import Acting
from tui.action_words import kind_words, state_runs, trouble_words, work_words
from tui.desk import DeskReader
from tui.jira_fields import field_word
from tui.panes.outbox import OutboxPane
from tui.screens.list_search import ListSearch
from tui.widgets.document import Block, Document, Fact, Heading, Paragraph, Row, Section


class OutboxScreen(ListSearch):
    """Beside the tickets."""

    mode = "outbox"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "again", N_("try again"), id="outbox.again", tooltip=N_("Try again, as it is")),
        Binding("e", "edit", N_("edit"), id="outbox.edit", tooltip=N_("Change the words, then try again")),
        Binding("o", "ours", N_("mine counts"), id="outbox.ours", tooltip=N_("Of both changes take your own")),
        Binding("x", "drop", N_("drop"), id="outbox.drop", tooltip=N_("It shall not reach Jira; the words stay here")),
    ]

    def make_pane(self) -> OutboxPane:
        """The actions."""
        return OutboxPane(self.desk, full=True)

    def on_mount(self) -> None:
        """Reads how the actions stand, wherever the desk began."""
        super().on_mount()
        self._acting.read_actions()

    @property
    def _acting(self) -> Acting:
        app = self.app
        assert isinstance(app, Acting)
        return app

    def load_detail(self, reader: DeskReader, target: str) -> Action | None:
        """The action."""
        wanted, actions = target.partition(":")[2], reader.actions()
        return next((each for each in (*actions.open, *actions.ended) if each.id == wanted), None)

    def describe(self, record: Action) -> Sequence[Block]:
        """What was done, how far it has come, why it has not gone through, and what can be done."""
        form = self.desk.format
        blocks: list[Block] = [
            Heading(((record.key, "accent strong"), (f"  {kind_words(record)}", "strong")), state_runs(record)),
            Fact(_("Done"), ((form.full_moment(record.at_ms), ""), (f"  {form.age(record.at_ms)}", "quiet"))),
            Fact(_("By"), ((record.actor, ""),)),
        ]
        if record.ended_ms is not None:
            blocks.append(Fact(_("Ended"), ((form.full_moment(record.ended_ms), ""),)))
        if record.ticket_id:
            blocks.append(Row(((_("Open the ticket"), "accent"),), (), f"ticket:{record.ticket_id}"))
        blocks += self._content(record)
        if record.state is ActionState.CONFLICT:
            blocks += self._both(record)
        if told := trouble_words(record):
            blocks += [Section(_("Why")), Paragraph(told, "warn" if record.state.is_open else "quiet")]
        if advice := _advice(record):
            blocks += [Section(_("What to do")), Paragraph(advice)]
        return blocks

    def _content(self, record: Action) -> list[Block]:
        if isinstance(record.work, Comment):
            return [Section(_("Content")), Paragraph(record.work.text)]
        if isinstance(record.work, Edit | Create):
            rows: list[Block] = [Section(_("Content"))]
            for each in record.work.fields:
                rows.append(Fact(field_word(each.field), ((_words(each.after) or self.desk.format.glyphs.dash, ""),)))
            return rows
        words = work_words(record, self.desk.format)
        return [Section(_("Content")), Paragraph(words)] if words else []

    def _both(self, record: Action) -> list[Block]:
        """The three states of each field that two people changed."""
        assert isinstance(record.work, Edit)
        mine, dash = {each.field: each for each in record.work.fields}, self.desk.format.glyphs.dash
        blocks: list[Block] = []
        for theirs in record.theirs:
            blocks += [
                Section(field_word(theirs.field)),
                Fact(_("It was"), ((_words(theirs.before) or dash, "quiet"),)),
                Fact(_("Yours"), ((_words(mine[theirs.field].after) or dash, "accent"),)),
                Fact(_("Theirs"), ((_words(theirs.after) or dash, "warn"),)),
            ]
        return blocks

    def on_document_opened(self, event: Document.Opened) -> None:
        """Opens the ticket."""
        event.stop()
        self.app.run_worker(self.app.open_target(event.target))  # type: ignore[attr-defined]

    # What can be done

    @property
    def action(self) -> Action | None:
        """The one that is looked at, as it is stored: what is changed and sent must not be masked."""
        wanted = self.target.partition(":")[2]
        return next((each for each in self.desk.acts.stored.open if each.id == wanted), None)

    def action_again(self) -> None:
        """Lets it be tried again as it is."""
        action = self.action
        if action is None or not action.state.needs_person:
            self._say(_("Nothing here waits for you."))
        elif action.state is ActionState.CONFLICT:
            self._say(_("Decide first: o takes yours, x leaves theirs."))
        else:
            self._revise(action, None, is_anew=action.state is ActionState.UNCERTAIN)

    def action_edit(self) -> None:
        """Opens the words of a comment, or the fields, to be changed."""
        from tui.screens.text_dialog import TextDialog

        action = self.action
        if action is None or action.state is ActionState.SENDING or not isinstance(action.work, Comment):
            self._say(_("Only the words of a comment that waits can be changed here."))
            return
        comment = action.work

        def written(text: str | None) -> None:
            if text and text.strip() and text != comment.text:
                self._revise(action, comment._replace(text=text.rstrip()))

        dialog = TextDialog(self.desk.format.glyphs, _("Comment"), action.key, comment.text)
        self.app.push_screen(dialog, written)

    def action_ours(self) -> None:
        """Of both changes the person's own counts."""
        action = self.action
        if action is None or action.state is not ActionState.CONFLICT or not isinstance(action.work, Edit):
            self._say(_("Nobody else has changed the same here."))
            return
        theirs = {each.field: each.after for each in action.theirs}
        fields = tuple(each._replace(before=theirs.get(each.field, each.before)) for each in action.work.fields)
        self._revise(action, Edit(fields))

    def action_drop(self) -> None:
        """It shall not reach Jira; of a conflict, theirs stays. What else was changed with it still goes."""
        action = self.action
        if action is None or action.state is ActionState.SENDING:
            self._say(_("Nothing here can be dropped."))
            return
        rest = _without_theirs(action)
        if rest:
            self._revise(action, Edit(rest))
            return
        self._write(partial(self._drop, action), _("Dropped: {key}. The words stay in this list."), action.key)

    def _drop(self, action: Action) -> None:
        assert self.desk.records is not None
        self.desk.records.withdraw(action.id)

    def _revise(self, action: Action, work: Work | None, *, is_anew: bool = False) -> None:
        body = {"operation": action.id, "is_anew": is_anew, **(encoded(work) if work is not None else {})}

        def write() -> None:
            assert self.desk.records is not None
            self.desk.records.record(REVISE, action.key, body)

        self._write(write, _("It is tried again in a moment: {key}."), action.key)

    def _write(self, write: Callable[[], object], words: str, key: str) -> None:
        self._acting.write_decision(write, words.format(key=key))

    def _say(self, words: str) -> None:
        self.notify(words, severity="warning", timeout=6, markup=False)


def _words(values: Sequence[Value]) -> str:
    return ", ".join(each.word for each in values)


def _without_theirs(action: Action) -> tuple[FieldEdit, ...]:
    """What of an edit nobody else has changed."""
    if action.state is not ActionState.CONFLICT or not isinstance(action.work, Edit):
        return ()
    theirs = {each.field for each in action.theirs}
    return tuple(each for each in action.work.fields if each.field not in theirs)


def _advice(action: Action) -> str:
    """What the person can do about it."""
    match action.state:
        case ActionState.CONFLICT:
            return _("o: yours counts, and theirs is overwritten. x: theirs stays.")
        case ActionState.UNCERTAIN:
            return _("Look into Jira whether it is there. p: send it again. x: it is there, or is not wanted any more.")
        case ActionState.REFUSED if isinstance(action.work, Comment):
            return _("e: change the words and try again. p: try again as it is. x: drop it.")
        case ActionState.REFUSED:
            return _("p: try again as it is. x: drop it, and do it anew on the ticket.")
        case ActionState.WAITING:
            return _("It leaves by itself as soon as Jira can be reached. x: drop it.")
    return ""


SCREEN = OutboxScreen
