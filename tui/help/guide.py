"""The user's guide: keys from the bindings themselves, signs from the set in use, and a few words on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from data.language import _
from data.model import ServiceState
from tui import glyphs as signs
from tui.format import state_word
from tui.glyphs import Glyphs
from tui.panes.services import ROLES
from tui.widgets.document import Block, Fact, Heading, Paragraph, Section
from tui.widgets.footer import key_name
from tui.widgets.line import Run

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

KEY_WIDTH = 17


def guide(glyphs: Glyphs, active: Mapping[str, ActiveBinding]) -> list[Block]:
    """The whole guide; `active` are the bindings of the screen that it was asked from."""
    here = [each for each in active.values() if each.binding.id and not each.binding.id.startswith(("desk.", "mode."))]
    everywhere = [each for each in active.values() if each.binding.id and each.binding.id.startswith("desk.")]
    modes = [each for each in active.values() if each.binding.id and each.binding.id.startswith("mode.")]
    return [
        Heading(((_("Help"), "accent strong"),), ((_("Esc closes"), "quiet"),)),
        Paragraph(
            _(
                "The desk shows what is broken, what waits for you, what will be late. It reads Jira, the checks of "
                "your services and your calendar by itself; you need not ask for anything."
            )
        ),
        Section(_("Modes")),
        *_keys(glyphs, modes, named=True),
        Section(_("Keys here")),
        *_keys(glyphs, here),
        Section(_("Keys everywhere")),
        *_keys(glyphs, everywhere),
        Section(_("Mouse")),
        Paragraph(
            _(
                "A click chooses, a second click opens. Tabs, titles of columns, the keys in the last line and the "
                "mask's badge can be clicked; the wheel scrolls."
            )
        ),
        Section(_("Signs")),
        *_signs(glyphs),
        Section(_("Personal data")),
        Paragraph(
            _(
                "Personal codes, account numbers, addresses and phone numbers are hidden until you show them with F6. "
                "The stand-up always hides them, because others look at that screen."
            )
        ),
        Section(_("When something is amiss")),
        Paragraph(
            _(
                "Each pane tells how old its data is. When a source fails, the last good data stays, and a line under "
                "the title says what happened and what to do. An empty list means that there is truly nothing."
            )
        ),
    ]


def _keys(glyphs: Glyphs, bindings: list[ActiveBinding], *, named: bool = False) -> list[Block]:
    """A line for each action with its keys; `named` puts what it is called beside them."""
    rows: list[Block] = []
    seen: dict[tuple[str, str], list[str]] = {}
    for each in bindings:
        name = key_name(each.binding.key, ascii_only=glyphs.is_plain)
        title = _(each.binding.description) if named else ""
        seen.setdefault((title, _(each.binding.tooltip or each.binding.description)), []).append(name)
    for (title, words), keys in seen.items():
        label = f"{', '.join(keys):<3}{title}"
        rows.append(Fact(label, ((words, ""),), "accent", KEY_WIDTH))
    return rows


def _signs(glyphs: Glyphs) -> list[Block]:
    rows: list[tuple[Run, str]] = [
        ((signs.of_state(glyphs, state), ROLES[state]), state_word(state)) for state in ServiceState
    ]
    rows += [
        (
            (glyphs.bar_ok * 3 + glyphs.bar_degraded + glyphs.bar_fail, "quiet"),
            _("the latest measurements: good, slow, failed; a dot is unmeasured"),
        ),
        ((glyphs.because, "quiet"), _("before the root cause: what fails because of it is quiet")),
        ((f"{glyphs.opened} {glyphs.folded}", "quiet"), _("what it needs stands below, or is folded away")),
        (("(1/2)", "quiet"), _("one of these two is enough for what stands above")),
        ((glyphs.clock, "warn"), _("an SLA clock and the hours and minutes left; with a minus sign it has run out")),
        ((glyphs.gantt_done * 3, "accent"), _("the part of a development that is done")),
        ((glyphs.gantt_open * 3, "accent"), _("the part that is still open")),
        ((glyphs.gantt_slip * 3, "warn"), _("days by which the end has moved; quiet: not begun yet")),
        ((glyphs.today, "quiet"), _("today on the timeline")),
        ((glyphs.seat_taken * 2 + glyphs.seat_free * 2, "quiet"), _("how full a training is")),
        (("▎", "accent"), _("a row that has just come")),
        (("▒▒▒", "quiet"), _("personal data, hidden")),
    ]
    return [Fact(sign, ((words, ""),), role, KEY_WIDTH) for (sign, role), words in rows]
