"""What becomes of a link that stands in a text: nothing, until the person chooses to open or to copy its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.language import _, pgettext
from tui.screens.dialog import Choice, ChoiceDialog
from tui.widgets.document import LINK

if TYPE_CHECKING:
    from textual.app import App

    from tui.glyphs import Glyphs

_OPENED = ("http://", "https://")
"""What a browser may be asked to open; anything else can only be copied."""


def ask_about_links(app: App[Any], glyphs: Glyphs, target: str) -> None:
    """Shows the whole addresses of a document's line, and opens or copies the one that is chosen."""
    choices: list[Choice] = []
    for address in target.removeprefix(LINK).split("\n"):
        if address.startswith(_OPENED):
            choices.append(Choice(f"open:{address}", address, pgettext("link", "open")))
        choices.append(Choice(f"copy:{address}", address, pgettext("link", "copy")))

    def chosen(choice: str | None) -> None:
        what, _colon, address = (choice or "").partition(":")
        if what == "open":
            app.open_url(address)
            app.notify(_("Opened in the browser."), markup=False)
        elif what == "copy":
            app.copy_to_clipboard(address)
            app.notify(_("The address is on the clipboard."), markup=False)

    app.push_screen(ChoiceDialog(glyphs, _("Links"), choices), chosen)
