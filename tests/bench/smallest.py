"""The smallest Textual program that paints: the yardstick of the machine."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Smallest(App[None]):
    """One word on the screen."""

    def compose(self) -> ComposeResult:
        """The word."""
        yield Static("tere")


if __name__ == "__main__":
    Smallest().run()
