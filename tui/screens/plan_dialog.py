"""Planning the maintenance of a service: from when, until when, and what is told about it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input

from data.clock import tallinn
from data.incident import OwnPlan
from data.language import N_, _, pgettext
from data.rules.written_times import evening, is_time_alone, written_moment
from tui.format import Format, length
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line, Runs

LENGTH = 200
_FIELDS = ("start", "end", "text")
_DAY = timedelta(days=1)
_FARTHEST_MS = 366 * 86_400_000


class Planning(NamedTuple):
    """How the dialog ended: what is planned, or which plan is over now."""

    start_ms: int = 0
    end_ms: int = 0
    text: str = ""
    ended: OwnPlan | None = None
    kept: tuple[str, ...] = ()
    """What was typed and not written down."""


class PlanDialog(ModalScreen[Planning]):
    """Ends with what was planned, or with nothing after Esc. What is wrong is told while it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="plan.leave", tooltip=N_("Close without writing anything")),
        Binding(
            "f8", "end", N_("end it"), priority=True, id="plan.end", tooltip=N_("End what is planned, or cancel it")
        ),
    ]

    def __init__(self, form: Format, service: str, known: OwnPlan | None, kept: tuple[str, ...] = ()) -> None:
        """`known` is what is on or ahead already, `kept` what was typed when the dialog was last left."""
        super().__init__()
        self._kept = kept
        self._form = form
        self._service = service
        self._known = known

    def compose(self) -> ComposeResult:
        """Question, what is known, three fields, what they come to, keys."""
        start, end = evening(self._form.clock.now())
        usual = (f"{start:%d.%m.%Y %H:%M}", f"{end:%d.%m.%Y %H:%M}", "")
        values = dict(zip(_FIELDS, self._kept or usual, strict=True))
        with Container(classes="dialog"):
            yield Line(classes="dialog-title")
            yield Line(classes="plan-known")
            for name in _FIELDS:
                with Horizontal(classes="plan-field"):
                    yield Line(classes="plan-label", id=f"plan-{name}-label")
                    yield Input(values[name], max_length=LENGTH, id=f"plan-{name}")
            yield Line(classes="plan-sum")
            keys = [("enter", _("write down")), ("tab", _("next field")), ("escape", _("back"))]
            if self._known is not None:
                keys.insert(1, ("f8", _("end it")))
            yield DialogKeys(keys, ascii_only=self._form.glyphs.is_plain)

    def on_mount(self) -> None:
        """Says what is asked, and what is planned already."""
        self.query_one(".dialog-title", Line).write(
            ((f"{_('Planned maintenance')}  ", "strong"), (self._service, "quiet"))
        )
        titles = {"start": _("From"), "end": _("Until"), "text": pgettext("of maintenance", "Told")}
        for name, title in titles.items():
            self.query_one(f"#plan-{name}-label", Line).write(((title, "quiet"),))
        known = self.query_one(".plan-known", Line)
        known.display = self._known is not None
        if self._known is not None:
            told = _("planned: {start} – {end}, {name}").format(
                start=self._form.full_moment(self._known.start_ms),
                end=self._form.moment(self._known.end_ms),
                name=self._known.actor,
            )
            known.write(((told, "accent"),))
        self.query_one("#plan-start", Input).focus()
        self._tell()

    def _read(self) -> tuple[int | None, int | None, str]:
        now = self._form.clock.now()
        start_ms = written_moment(self.query_one("#plan-start", Input).value, now)
        end = self.query_one("#plan-end", Input).value
        # A time alone is one of the day on which the work begins, or of the night after it.
        end_ms = written_moment(end, tallinn(start_ms) if start_ms else now)
        if start_ms is not None and end_ms is not None and end_ms <= start_ms and is_time_alone(end):
            end_ms = written_moment(end, tallinn(start_ms) + _DAY)
        return start_ms, end_ms, self.query_one("#plan-text", Input).value.strip()

    def _problem(self) -> str:
        start_ms, end_ms, _text = self._read()
        if start_ms is None:
            return _("From: write it as {example}.").format(example="05.12.2026 20:00")
        if end_ms is None:
            return _("Until: write it as {example}.").format(example="05.12.2026 22:00")
        if end_ms <= start_ms:
            return _("Until: must be later than From.")
        if end_ms - self._form.now_ms() > _FARTHEST_MS:
            return _("That is more than a year away.")
        return _("It would be over already.") if end_ms <= self._form.now_ms() else ""

    def _tell(self) -> None:
        """What the fields come to, or what is wrong with them."""
        start_ms, end_ms, _text = self._read()
        if problem := self._problem():
            words: Runs = ((problem, "warn"),)
        else:
            assert start_ms is not None
            assert end_ms is not None
            span = f"{self._form.full_moment(start_ms)} {self._form.glyphs.dash} {self._form.full_moment(end_ms)}"
            words = ((span, ""), (f"  {length(end_ms - start_ms)}", "quiet"))
        self.query_one(".plan-sum", Line).write(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tells what it comes to."""
        event.stop()
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ends with the plan, once there is nothing wrong with it."""
        event.stop()
        start_ms, end_ms, text = self._read()
        if not self._problem() and start_ms is not None and end_ms is not None:
            self.dismiss(Planning(start_ms, end_ms, text))

    def action_end(self) -> None:
        """Ends or cancels what is planned already."""
        if self._known is not None:
            self.dismiss(Planning(ended=self._known))

    def action_leave(self) -> None:
        """Closes without writing anything; what was typed is there again the next time."""
        self.dismiss(Planning(kept=tuple(self.query_one(f"#plan-{name}", Input).value for name in _FIELDS)))
