"""The last line: the keys that work here, each also a place for the mouse."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.screen import Screen

from data.language import _
from tui.desk import Desk
from tui.widgets.line import Line, Run, width_of

KEY_NAMES = {
    "slash": "/",
    "enter": "↵",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "ctrl+p": "Ctrl+P",
    "shift+tab": "Shift+Tab",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "delete": "Del",
    "end": "End",
}
PLAIN_NAMES = {"enter": "Enter", "left": "<", "right": ">", "up": "Up", "down": "Down"}


def key_name(key: str, *, ascii_only: bool = False) -> str:
    """A key as it is printed on the keyboard."""
    if ascii_only and key in PLAIN_NAMES:
        return PLAIN_NAMES[key]
    return KEY_NAMES.get(key, key.upper() if len(key) > 1 else key)


class KeyFooter(Line):
    """Keys of the focused widget first, then those of the screen, then those of the desk."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(classes="key-footer")
        self.desk = desk
        self._places: list[tuple[range, str]] = []

    def on_mount(self) -> None:
        """Follows the keys of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._keys_changed)
        self.call_after_refresh(self.tick)

    def on_resize(self) -> None:
        """Spreads the keys over the new width."""
        self.tick()

    def _keys_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.tick()

    def tick(self) -> None:
        """Writes the keys that work now; what does not fit is left to the palette and the help."""
        if not self.is_attached:
            return
        self._places = []
        line: list[Run] = [(" ", "")]
        for binding in self._fitting():
            if self._places:
                line.append((GAP, ""))
            start = width_of(line)
            line += [(self._key(binding), "accent"), (f" {_(binding.description)}", "quiet")]
            self._places.append((range(start, width_of(line) + 1), binding.key))
        self.write(line)

    def _fitting(self) -> list[Binding]:
        """The keys that there is room for: the kept ones, then the others, whole or not at all."""
        by_action: dict[str, Binding] = {}
        for binding in self._live():
            by_action.setdefault(binding.action, binding)
        live = sorted(by_action.values(), key=lambda each: each.id in LAST)
        chosen: list[Binding] = []
        room = self.size.width - 1
        for binding in sorted(live, key=_leaves):
            needed = cell_len(self._label(binding)) + (len(GAP) if chosen else 0)
            if needed <= room:
                chosen.append(binding)
                room -= needed
        return [each for each in live if each in chosen]

    def _live(self) -> list[Binding]:
        active = self.screen.active_bindings.values()
        return [each.binding for each in active if each.enabled and each.binding.show and each.binding.description]

    def _key(self, binding: Binding) -> str:
        return binding.key_display or key_name(binding.key, ascii_only=self.desk.format.glyphs.is_plain)

    def _label(self, binding: Binding) -> str:
        return f"{self._key(binding)} {_(binding.description)}"

    async def on_click(self, event: events.Click) -> None:
        """Does what the key under the pointer does."""
        for place, key in self._places:
            if event.x in place:
                self.app.simulate_key(key)


def _leaves(binding: Binding) -> int:
    if binding.id in YIELDING:
        return len(KEPT) + 1
    return KEPT.index(binding.id) if binding.id in KEPT else len(KEPT)


GAP = "   "
LAST = ("desk.help", "desk.palette")
"""Keys at the end of the line."""
KEPT = (*LAST, "desk.back", "desk.search")
"""Keys that leave the line after all others, the first one last."""
YIELDING = ("services.tree",)
"""Keys that leave the line before all others: they stand elsewhere on the screen too."""
