"""Fields of a ticket as a list: Enter opens the one under the cursor, F5 gives all of them away together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen

from data.action import FieldEdit, Shape, Value
from data.language import N_, _
from data.rules.merge import is_same
from data.rules.written_times import written_day
from data.ticket_meta import FieldMeta
from tui.desk import Desk
from tui.format import parse_day
from tui.jira_fields import field_word
from tui.screens.dialog import AROUND
from tui.screens.line_dialog import LineDialog
from tui.screens.pick_dialog import PickDialog, among
from tui.screens.text_dialog import TextDialog
from tui.widgets.column import Column, Piece
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line
from tui.widgets.table import VirtualTable
from tui.widgets.window import ListWindow

LONG = ("description", "environment", "comment")
"""Fields of several lines."""


@dataclass(frozen=True, slots=True)
class _Line:
    id: str
    meta: FieldMeta
    before: tuple[Value, ...]
    after: tuple[Value, ...]

    @property
    def is_missing(self) -> bool:
        return self.meta.is_required and not self.after

    @property
    def is_changed(self) -> bool:
        return not is_same(self.before, self.after)


class FieldForm(ModalScreen[tuple[FieldEdit, ...]]):
    """Ends with the fields that have changed, or with None after Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="form.leave", tooltip=N_("Close; what was filled in is kept")),
        Binding("f5", "give", N_("save"), priority=True, id="form.give", tooltip=N_("Save everything together")),
        Binding("delete", "clear", N_("empty"), id="form.clear", tooltip=N_("Take the value of this field away")),
    ]

    def __init__(
        self,
        desk: Desk,
        title: str,
        subject: str,
        metas: Sequence[FieldMeta],
        before: Mapping[str, tuple[Value, ...]],
        draft: Sequence[FieldEdit] = (),
        keep: Callable[[Sequence[FieldEdit]], object] = lambda _edits: None,
    ) -> None:
        """`before` is what the fields hold, `draft` what was filled in before and not given away.

        `keep` is called with what is filled in whenever that changes; it must return at once.
        """
        super().__init__()
        self.desk = desk
        self._title = title
        self._subject = subject
        self._keep = keep
        filled = {**before, **{each.field: each.after for each in draft}}
        self._lines = [
            _Line(each.field, each, before.get(each.field, ()), filled.get(each.field, ())) for each in metas
        ]

    def compose(self) -> ComposeResult:
        """Title, fields, what is missing, keys."""
        with Container(classes="dialog wide"):
            yield Line(classes="dialog-title")
            yield VirtualTable(
                [
                    Column("name", str, self._draw_name, 22, keep=9),
                    Column("value", str, self._draw_value, 18, grow=1, keep=8),
                ],
                header=False,
            )
            yield Line(classes="form-told")
            keys = [("enter", _("change")), ("delete", _("empty")), ("f5", _("save")), ("escape", _("back"))]
            yield DialogKeys(keys, ascii_only=self.desk.format.glyphs.is_plain)

    def _draw_name(self, line: _Line, width: int) -> Piece:
        star = " *" if line.meta.is_required else ""
        return (f"{line.meta.name or field_word(line.id)}{star}", "strong" if line.is_changed else "muted")

    def _draw_value(self, line: _Line, width: int) -> Piece:
        if line.meta.shape is None:
            return (_("only in Jira"), "muted")
        if line.is_missing:
            return (_("missing"), "warning")
        if line.meta.shape is Shape.DAY and line.after and (day := parse_day(line.after[0].word)):
            return (self.desk.format.day(day), "strong" if line.is_changed else "")
        words = ", ".join(" ".join(each.word.split()) for each in line.after)
        return (words or self.desk.format.glyphs.dash, "strong" if line.is_changed else "")

    def on_mount(self) -> None:
        """Puts the cursor on the first field that is missing, else on the first."""
        self.query_one(".dialog-title", Line).write(((f"{self._title}  ", "strong"), (self._subject, "quiet")))
        self._show()
        self.table.focus()
        missing = next((each.id for each in self._lines if each.is_missing), None)
        if missing is not None:
            self.table.move_to(missing)

    def on_resize(self, event: events.Resize) -> None:
        """Leaves room for what stands around the list."""
        self.table.styles.height = max(1, min(len(self._lines), event.size.height * 9 // 10 - AROUND - 2))

    @property
    def table(self) -> VirtualTable[_Line]:
        """The fields."""
        return self.query_one(VirtualTable)

    def _show(self) -> None:
        self.table.show_window(ListWindow(self._lines))
        missing = [each.meta.name or field_word(each.id) for each in self._lines if each.is_missing]
        told = _("Still to be filled in: {names}").format(names=", ".join(missing)) if missing else ""
        self.query_one(".form-told", Line).write(((told, "warn"),))

    def on_virtual_table_highlighted(self, event: VirtualTable.Highlighted) -> None:
        """Nothing follows the cursor here."""
        event.stop()

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Opens the field in the way that fits it."""
        event.stop()
        line: _Line = event.row
        opened = self._editor(line)
        if opened is None:
            return
        # One window at a time: two frames of different height would show through each other.
        self.query_one(Container).visible = False
        self.app.push_screen(opened, partial(self._filled, line))

    def _editor(self, line: _Line) -> ModalScreen[str] | ModalScreen[tuple[Value, ...]] | None:
        name, shape, glyphs = line.meta.name or field_word(line.id), line.meta.shape, self.desk.format.glyphs
        text = line.after[0].word if line.after else ""
        if shape is None:
            return None
        if shape is Shape.TEXT and line.id in LONG:
            return TextDialog(glyphs, name, self._subject, text)
        if shape in (Shape.TEXT, Shape.NUMBER):
            check = _number_fault if shape is Shape.NUMBER else None
            return LineDialog(glyphs, name, self._subject, text, check=check, can_be_empty=True)
        if shape is Shape.DAY:
            return LineDialog(glyphs, name, self._subject, text, check=self._day_fault, can_be_empty=True)
        people = shape in (Shape.USER, Shape.USERS)
        find = self.desk.reader.meta.people if people else among(line.meta.choices)
        return PickDialog(
            glyphs,
            name,
            find,
            line.after,
            subject=self._subject,
            many=shape.is_many,
            can_be_new=shape is Shape.LABELS,
            can_be_empty=not line.meta.is_required,
        )

    def _day_fault(self, text: str) -> str:
        found = written_day(text, self.desk.format.today())
        return "" if found else _("a day is written like this: 5.12.2026, or homme")

    def _filled(self, line: _Line, answer: str | tuple[Value, ...] | None) -> None:
        self.query_one(Container).visible = True
        if answer is None:
            return
        if isinstance(answer, str):
            answer = (Value("", self._word(line, answer)),) if answer.strip() else ()
        self._change(line, answer)

    def _word(self, line: _Line, text: str) -> str:
        if line.meta.shape is Shape.DAY and (day := written_day(text, self.desk.format.today())):
            return day.isoformat()
        if line.meta.shape is Shape.NUMBER:
            return text.replace(",", ".")
        return text if line.id in LONG else text.strip()

    def _change(self, line: _Line, after: tuple[Value, ...]) -> None:
        self._lines = [
            _Line(each.id, each.meta, each.before, after if each.id == line.id else each.after) for each in self._lines
        ]
        self._show()
        self._keep(self._changed)

    @property
    def _changed(self) -> tuple[FieldEdit, ...]:
        return tuple(
            FieldEdit(each.id, each.meta.shape, each.before, each.after)
            for each in self._lines
            if each.meta.shape is not None and each.is_changed
        )

    def action_clear(self) -> None:
        """Takes the value of the field under the cursor away."""
        row = self.table.cursor_row
        if row is not None and row.meta.shape is not None:
            self._change(row, ())

    def action_give(self) -> None:
        """Ends with what has changed; not while something is missing."""
        if any(each.is_missing for each in self._lines):
            missing = next(each.id for each in self._lines if each.is_missing)
            self.table.move_to(missing)
            return
        self.dismiss(self._changed)

    def action_leave(self) -> None:
        """Closes; nothing is given away."""
        self.dismiss(None)


def _number_fault(text: str) -> str:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return _("this is not a number")
    return ""
