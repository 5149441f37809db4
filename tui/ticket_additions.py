"""What the person adds to a ticket: a link to another one, time spent, a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from data.action import Attach, Link, LogWork, Value
from data.language import N_, _
from data.model import Ticket, TicketQuery, TicketView
from data.os_words import os_reason
from data.store.driver import StoreError
from data.text import clean_line
from data.ticket_meta import LinkType
from tui.format import length, title_of
from tui.screens.dialog import Choice, ChoiceDialog
from tui.screens.line_dialog import LineDialog
from tui.screens.pick_dialog import PickDialog
from tui.ticket_actions import TicketActions, subject_of

FILE_CAP = 100 * 1024 * 1024
"""Bytes of a file that the desk takes: it is read whole; Jira's own limit is smaller as a rule."""
_FOUND = 20
_SPENT = re.compile(r"(?:(\d+)\s*(?:p|d)\s*)?(?:(\d+(?:[.,]\d+)?)\s*(?:t|h)\s*)?(?:(\d+)\s*(?:m|min))?", re.IGNORECASE)
_WORKDAY = 8
"""Hours of a day of work, as Jira counts them."""


def spent_seconds(text: str) -> int | None:
    """What `1 t 30 min`, `1,5 h`, `2d` or `45m` is in seconds; None for anything else."""
    match = _SPENT.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes = match.groups()
    total = int(days or 0) * _WORKDAY * 3600 + round(float((hours or "0").replace(",", ".")) * 3600)
    total += int(minutes or 0) * 60
    return total if 60 <= total <= 30 * 24 * 3600 else None


class TicketAdditions(TicketActions):
    """More keys of the screen that shows one ticket."""

    ADDITION_KEYS: ClassVar[list[BindingType]] = [
        Binding("l", "link", N_("link"), show=False, id="ticket.link", tooltip=N_("Tie it to another ticket")),
        Binding("h", "work", N_("time spent"), show=False, id="ticket.work", tooltip=N_("Write down time spent on it")),
        Binding("i", "attach", N_("file"), show=False, id="ticket.attach", tooltip=N_("Attach a file")),
    ]

    # Links

    def action_link(self) -> None:
        """Asks how and to which ticket."""
        if (ticket := self.chosen_ticket()) is not None:
            self.prepare(self.desk.reader.meta.links, partial(self._choose_link, ticket))

    def _choose_link(self, ticket: Ticket, links: Sequence[LinkType]) -> None:
        if not links:
            words = _("It is not known yet how tickets can be tied together. It is asked at the next look; try again.")
            self.notify(words, severity="warning", timeout=8, markup=False)
            return
        ways = [(each, False) for each in links] + [(each, True) for each in links if each.inward != each.outward]
        said = [link.inward if is_inward else link.outward for link, is_inward in ways]
        choices = [Choice(str(place), f"{ticket.row.key} {word} …") for place, word in enumerate(said)]
        dialog = ChoiceDialog(self.desk.format.glyphs, _("Link"), choices, advice=subject_of(ticket))

        def chosen(place: str | None) -> None:
            if place is not None:
                link, is_inward = ways[int(place)]
                self._choose_other(ticket, Value(link.name, said[int(place)]), is_inward=is_inward)

        self.app.push_screen(dialog, chosen)

    def _choose_other(self, ticket: Ticket, kind: Value, *, is_inward: bool) -> None:
        def find(typed: str) -> Sequence[Value]:
            query = TicketQuery(view=TicketView.ALL, text=typed)
            rows = self.desk.reader.tickets(query).rows(0, _FOUND)
            return [Value(row.key, title_of(row.summary)) for row in rows if row.id != ticket.row.id]

        title = f"{ticket.row.key} {kind.word}"
        dialog = PickDialog(self.desk.format.glyphs, title, find, subject=_("which ticket?"))

        def chosen(other: tuple[Value, ...] | None) -> None:
            if other:
                words = _("The tickets are tied together in a moment: {key}. u takes it back.")
                self.do_to(ticket, Link(kind, is_inward, other[0].id), words)

        self.app.push_screen(dialog, chosen)

    # Time

    def action_work(self) -> None:
        """Asks how long it was worked on, and on what."""
        if (ticket := self.chosen_ticket()) is None:
            return
        question = _("How long? 1 h 30 min")

        def fault(text: str) -> str:
            return "" if spent_seconds(text) else _("time is written like this: 1 h 30 min, 45 min, 2 d")

        def answered(text: str | None) -> None:
            seconds = spent_seconds(text or "")
            if seconds:
                self._ask_on_what(ticket, seconds)

        dialog = LineDialog(self.desk.format.glyphs, question, subject_of(ticket), check=fault)
        self.app.push_screen(dialog, answered)

    def _ask_on_what(self, ticket: Ticket, seconds: int) -> None:
        question = _("{time}: on what?").format(time=length(seconds * 1000))

        def answered(text: str | None) -> None:
            if text is not None:
                started_ms = self.desk.format.now_ms() - seconds * 1000
                words = _("The time is written down in a moment: {key}. u takes it back.")
                self.do_to(ticket, LogWork(seconds, started_ms, text), words)

        dialog = LineDialog(self.desk.format.glyphs, question, subject_of(ticket), can_be_empty=True)
        self.app.push_screen(dialog, answered)

    # Files

    def action_attach(self) -> None:
        """Asks for a file, and keeps an encrypted copy of it until it is sent."""
        if (ticket := self.chosen_ticket()) is None:
            return

        def answered(text: str | None) -> None:
            if text:
                self.prepare(partial(self._keep_copy, text), partial(self._give_file, ticket))

        question = _("Which file? Its whole path, or drag it here")
        dialog = LineDialog(self.desk.format.glyphs, question, subject_of(ticket), check=file_fault)
        self.app.push_screen(dialog, answered)

    def _keep_copy(self, text: str) -> Attach | str:
        """The file as it is to be attached; words where it cannot be."""
        file = file_of(text)
        if fault := file_fault(text):
            return fault
        try:
            content = file.read_bytes()
            if self.desk.records is None:
                return _("Nothing can be noted here: the desk's own file is not open.")
            digest = self.desk.records.keep_file(content)
        except OSError as error:
            return _("The file cannot be read: {reason}.").format(reason=os_reason(error))
        except StoreError as error:
            return str(error)
        return Attach(clean_line(file.name, 255), len(content), digest)

    def _give_file(self, ticket: Ticket, kept: Attach | str) -> None:
        if isinstance(kept, str):
            self.notify(kept, severity="error", timeout=8, markup=False)
            return
        self.do_to(ticket, kept, _("The file leaves in a moment: {key}. u takes it back."))


def file_of(text: str) -> Path:
    """The file that was typed, pasted or dragged in: terminals put quotes around it, or `file://` before it."""
    return Path(text.strip().strip("\"'").removeprefix("file://")).expanduser()


def file_fault(text: str) -> str:
    """Why the file cannot be attached; empty where it can be."""
    try:
        file = file_of(text)
        if not file.exists():
            return _("there is no such file")
        if file.is_dir():
            return _("this is a folder, not a file")
        size = file.stat().st_size
    except (OSError, ValueError, RuntimeError):
        return _("the file cannot be read")
    if size > FILE_CAP:
        return _("the file is larger than {n} MB").format(n=FILE_CAP // 1024 // 1024)
    return "" if size else _("the file is empty")
