"""The last line: the keys that work here, each also a place for the mouse."""

from __future__ import annotations

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
        width = self.size.width
        shown: set[str] = set()
        always = [binding for binding in self._live() if binding.id in ALWAYS]
        reserve = sum(len(self._label(each)) + 3 for each in always)
        for binding in [each for each in self._live() if each.id not in ALWAYS] + always:
            if binding.action in shown:
                continue
            room = width - (0 if binding.id in ALWAYS else reserve)
            if width_of(line) + len(self._label(binding)) + 2 > room:
                continue
            shown.add(binding.action)
            start = width_of(line)
            line += [(self._key(binding), "accent"), (f" {_(binding.description)}", "quiet"), ("   ", "")]
            self._places.append((range(start, width_of(line) - 2), binding.key))
        self.write(line)

    def _live(self) -> list[Binding]:
        active = self.screen.active_bindings.values()
        return [each.binding for each in active if each.enabled and each.binding.show and each.binding.description]

    def _key(self, binding: Binding) -> str:
        plain = self.desk.format.glyphs.enter != "↵"
        return binding.key_display or key_name(binding.key, ascii_only=plain)

    def _label(self, binding: Binding) -> str:
        return f"{self._key(binding)} {_(binding.description)}"

    async def on_click(self, event: events.Click) -> None:
        """Does what the key under the pointer does."""
        for place, key in self._places:
            if event.x in place:
                self.app.simulate_key(key)


ALWAYS = ("desk.help", "desk.palette")
"""Keys that stay in the line however narrow it is."""
