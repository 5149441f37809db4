"""The palette: everything that can be done here, found by a part of its name. Built from the bindings alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Input

from data.language import N_, _
from tui.screens.dialog import ListDialog
from tui.widgets.column import Column, Piece
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.footer import key_name
from tui.widgets.table import VirtualTable
from tui.widgets.window import ListWindow

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

    from tui.app import DeskApp

HIDDEN = (
    "table.",
    "strip.up",
    "strip.down",
    "strip.first",
    "strip.last",
    "document.",
    "desk.palette",
    "app.",
    "screen.",
)
"""Keys that only move the cursor are of no use in a list of commands."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done."""

    id: str
    key: str
    name: str
    tooltip: str

    def score(self, words: str) -> int:
        """How well it fits what was typed, lower is better; -1 for not at all. Every word must occur."""
        name, rest = self.name.casefold(), f"{self.tooltip} {key_name(self.key)}".casefold()
        total = 0
        for word in words.casefold().split():
            if name.startswith(word):
                continue
            if word in name:
                total += 1
            elif word in rest:
                total += 3
            else:
                return -1
        return total


def commands_of(active: Mapping[str, ActiveBinding]) -> list[Command]:
    """The commands behind the keys that work now, each action once."""
    found: dict[str, Command] = {}
    for each in active.values():
        binding = each.binding
        if not binding.id or not binding.description or binding.id.startswith(HIDDEN) or not each.enabled:
            continue
        found.setdefault(binding.action, _command(binding))
    return sorted(
        found.values(), key=lambda command: (not command.id.startswith("mode."), command.id.startswith("desk."))
    )


def _command(binding: Binding) -> Command:
    return Command(str(binding.id), binding.key, _(binding.description), _(binding.tooltip))


class Palette(ListDialog):
    """A box to type into and the commands that fit; ends with the key of the one chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="palette.leave", tooltip=N_("Close without doing anything")),
        Binding(
            "f2", "leave", N_("back"), show=False, id="palette.leave_too", tooltip=N_("Close without doing anything")
        ),
        Binding("down", "step(1)", N_("down"), show=False, id="palette.down", tooltip=N_("The next command")),
        Binding("up", "step(-1)", N_("up"), show=False, id="palette.up", tooltip=N_("The command before")),
    ]

    rows = 14

    def __init__(self, commands: list[Command], *, ascii_only: bool = False) -> None:
        super().__init__()
        self._commands = commands
        self._ascii_only = ascii_only

    def compose(self) -> ComposeResult:
        """The box, the list, the keys."""
        with Container(classes="dialog wide"):
            yield Input(placeholder=_("What do you want to do?"), compact=True)
            yield VirtualTable(
                [
                    Column("key", str, self._key, 9, keep=9),
                    Column("name", str, lambda one, width: (one.name, "strong"), 15, keep=8),
                    Column("tooltip", str, lambda one, width: (one.tooltip, "muted"), 20, grow=1, keep=7),
                ],
                header=False,
                empty_text=lambda: _("No command is called so."),
            )
            keys = [("up", _("up")), ("down", _("down")), ("enter", _("do")), ("escape", _("back"))]
            yield DialogKeys(keys, ascii_only=self._ascii_only)

    def _key(self, one: Command, width: int) -> Piece:
        return (key_name(one.key, ascii_only=self._ascii_only), "accent")

    def on_mount(self) -> None:
        """Lists everything."""
        self.table.can_focus = False
        self.table.show_window(ListWindow(self._commands))
        self.query_one(Input).focus()

    @property
    def table(self) -> VirtualTable[Command]:
        """The commands."""
        return self.query_one(VirtualTable)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Lists the commands that fit."""
        scored = [(command.score(event.value), index, command) for index, command in enumerate(self._commands)]
        fitting = [command for score, _index, command in sorted(scored, key=lambda each: each[:2]) if score >= 0]
        self.table.show_window(ListWindow(fitting), keep_cursor=False)

    def action_step(self, rows: int) -> None:
        """Moves the cursor while the box keeps the typing."""
        self.table.cursor += rows

    def on_input_submitted(self) -> None:
        """Does what the cursor is on."""
        row = self.table.cursor_row
        self.dismiss(row.key if row is not None else None)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Does what was clicked."""
        event.stop()
        self.dismiss(event.row.key)


def open_palette(app: DeskApp) -> None:
    """Shows the palette over the present screen, and presses the key that was chosen there."""
    if len(app.screen_stack) > 1:
        return

    def chosen(key: str | None) -> None:
        if key is not None:
            app.call_after_refresh(app.simulate_key, key)

    commands = commands_of(app.screen.active_bindings)
    app.push_screen(Palette(commands, ascii_only=app.desk.format.glyphs.is_plain), chosen)
