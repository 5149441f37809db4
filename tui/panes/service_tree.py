"""The services of mode 2: the list by seriousness, and by `g` the tree of what depends on what."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from data.language import N_, _, pgettext
from data.model import Service
from data.rules.service_tree import Path, ServiceLine, ServiceTree
from tui import glyphs as signs
from tui.desk import Desk
from tui.panes.cells import column
from tui.panes.services import LEAST_BESIDE, ServicesPane, name_role, role_of
from tui.widgets.column import Column
from tui.widgets.line import Run, Runs, width_of
from tui.widgets.table import VirtualTable

INDENT = 2
"""Cells by which a line stands in from that above it in the tree."""
BETWEEN = "  "


class ServiceTreePane(ServicesPane):
    """List or tree; a search is answered by the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "g", "tree", N_("list / tree"), id="services.tree", tooltip=N_("By seriousness, or by what needs what")
        ),
        Binding("space", "turn", N_("fold"), id="services.turn", tooltip=N_("Fold or unfold what is needed")),
        Binding("right", "unfold", N_("unfold"), show=False, id="services.unfold", tooltip=N_("Unfold, or go in")),
        Binding("left", "fold", N_("fold"), show=False, id="services.fold", tooltip=N_("Fold, or go out")),
    ]

    def __init__(self, desk: Desk, *, full: bool = False) -> None:
        super().__init__(desk, full=full)
        self.is_tree = False
        self._tree = ServiceTree(())
        self._chosen: dict[Path, bool] = {}
        """Lines that the person has opened or folded."""
        self._lines: dict[str, Path] = {}
        """The first line of each service that is not folded away."""

    @property
    def shows_tree(self) -> bool:
        """Whether the tree stands there now."""
        return self.is_tree and not self.words

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a tree can be folded."""
        return self.shows_tree if action in ("turn", "unfold", "fold") else super().check_action(action, parameters)

    def show(self, snapshot: tuple[Service, ...]) -> None:
        """Lists the services, or the lines of their tree."""
        if not self.shows_tree:
            super().show(snapshot)
            return
        self._tree = ServiceTree(snapshot)
        self._list_tree(self._wanted)

    def _list_tree(self, target: str = "") -> None:
        """Lists the lines; what `target` is folded away under is opened."""
        lines, name = self._tree.lines(self._chosen), target.partition(":")[2]
        place = self._tree.place_of(name)
        if place is not None and all(line.service.name != name for line in lines):
            self._chosen |= {place[:depth]: True for depth in range(1, len(place))}
            lines = self._tree.lines(self._chosen)
        self._lines = {}
        for line in lines:
            self._lines.setdefault(line.service.name, line.path)
        self.list_rows(lines)

    def narrow(self, words: str) -> None:
        """Leaves in the list what is looked for; the tree comes back with the end of the search."""
        was_tree = self.shows_tree
        super().narrow(words)
        if was_tree != self.shows_tree:
            self.fit_columns()
            self.refresh_bindings()

    # Where a line is

    def row_of_target(self, target: str) -> Any:
        """The path of the first line of the service."""
        name = target.partition(":")[2]
        return self._lines.get(name, (name,)) if self.shows_tree else (name,)

    def open_target(self, target: str) -> None:
        """Puts the cursor on a service, wherever it is folded away."""
        if self.shows_tree and target.partition(":")[2] not in self._lines:
            self._list_tree(target)
        super().open_target(target)

    # Keys

    def action_tree(self) -> None:
        """From the list to the tree and back, with the cursor on the same service."""
        self.is_tree = not self.is_tree
        row = self.table.cursor_row
        if self.snapshot is not None:
            self.show(self.snapshot)
        self.fit_columns()
        if row is not None:
            self.open_target(self.target_of(row))
        self.show_frame()
        self.refresh_bindings()

    def action_turn(self) -> None:
        """Folds or unfolds the line under the cursor."""
        row = self.table.cursor_row
        if row is not None and row.is_open is not None:
            self._choose(row, is_open=not row.is_open)

    def action_unfold(self) -> None:
        """Unfolds the line, or goes to what is below it."""
        row = self.table.cursor_row
        if row is not None and row.is_open is False:
            self._choose(row, is_open=True)
        elif row is not None and row.is_open:
            self.table.action_move(1)

    def action_fold(self) -> None:
        """Folds the line, or goes to what it is below of."""
        row = self.table.cursor_row
        if row is not None and row.is_open:
            self._choose(row, is_open=False)
        elif row is not None and len(row.path) > 1:
            self.table.move_to(row.path[:-1])

    def _choose(self, row: ServiceLine, *, is_open: bool) -> None:
        self._chosen[row.path] = is_open
        self._list_tree()

    # What stands in a line

    def measured(self, row: ServiceLine) -> list[tuple[str, str]]:
        """The name; in the tree with all that stands beside it."""
        if not self.shows_tree:
            return [*super().measured(row)]
        return [("name", "".join(text for text, _role in self._branch(row, 0)))]

    def columns(self, width: int) -> list[Column[ServiceLine]]:
        """Those of the list; in the tree sign and name stand in from the edge."""
        columns = [self._switching(each) if each.id == "name" else each for each in super().columns(width)]
        if not self.shows_tree:
            return columns
        name = column(
            "name",
            str,
            self._branch,
            width=self.longest("name", 20, width - LEAST_BESIDE),
            wish=self.longest("name", 20, width),
            keep=100,
        )
        note = next(each for each in columns if each.id == "note")
        told = column("note", note.title, self._told, width=note.width, grow=note.grow, keep=note.keep)
        in_tree = {"name": self._switching(name), "note": told}
        return [in_tree.get(each.id, each) for each in columns if each.id != "state"]

    def _switching(self, name: Column[ServiceLine]) -> Column[ServiceLine]:
        """The column of names, whose title says what `g` or a click there turns the list into."""

        def title() -> str:
            other = pgettext("services", "list") if self.shows_tree else pgettext("services", "tree")
            return f"{_('Service')} {self.desk.format.glyphs.dot} g {other}"

        return name._replace(title=title, sortable=True)

    def on_virtual_table_sort_chosen(self, event: VirtualTable.SortChosen) -> None:
        """A click on that title."""
        event.stop()
        self.action_tree()

    def _branch(self, line: ServiceLine, width: int) -> Runs:
        """▾ ▲ SKAIS2 menetlus (toetav)."""
        glyphs, service = self.desk.format.glyphs, line.service
        fold = {True: glyphs.opened, False: glyphs.folded, None: " "}[line.is_open]
        runs: list[Run] = [
            (" " * INDENT * (len(line.path) - 1), ""),
            (f"{fold} ", "quiet"),
            (f"{signs.of_service(glyphs, service)} ", role_of(service)),
            (service.name, name_role(service)),
        ]
        if line.link.is_soft:
            runs.append((f" ({pgettext('dependency', 'supporting')})", "quiet"))
        elif line.link.of:
            runs.append((f" ({line.link.least}/{line.link.of})", "quiet"))
        return runs

    def _told(self, line: ServiceLine, width: int) -> Runs:
        """State or cause; of a folded line also how many of those under it fail."""
        if not line.hidden:
            return self._note(line.service, width)
        hidden: Run = (_("affected: {n}").format(n=line.hidden), "warn")
        room = width - width_of((hidden,)) - len(BETWEEN)
        note = self._note(line.service, room)
        if width_of(note) > room:
            return (hidden,)
        return (*note, (BETWEEN, ""), hidden)
