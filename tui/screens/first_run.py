"""The first start without configuration: two choices, see the demo or set up (address, token, test, done)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Input, Label, Static

from data.config import SERVICE_LENGTH, Config, Desk, Jira
from data.config_rules import jira_url_problem, project_problem
from data.diagnosis import Finding, Level, is_bad
from data.language import N_, _, language, use_language
from data.words import sentence
from tui.guarded import GuardedApp
from tui.theme import LOOKS

Try = Callable[[Jira, str], list[Finding]]
Save = Callable[[Config, str], str]
"""Writes the configuration and keeps the token; returns what went wrong, or an empty text."""

_ROLES = {Level.GOOD: "$good", Level.WARNING: "$warn", Level.BAD: "$bad", Level.SKIPPED: "$quiet"}
_SIGNS = {Level.GOOD: "●", Level.WARNING: "▲", Level.BAD: "✖", Level.SKIPPED: "·"}
_PLAIN_SIGNS = {Level.GOOD: "+", Level.WARNING: "!", Level.BAD: "x", Level.SKIPPED: "."}


class FirstRun(GuardedApp[str]):
    """Ends with `demo`, `desk` (a configuration was written) or None (closed)."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: $background; color: $foreground; padding: 1 3; }
    Screen > VerticalScroll { scrollbar-size-vertical: 1; }
    .headline { text-style: bold; margin: 0 0 1 0; }
    .quiet { color: $quiet; }
    .field { margin: 1 0 0 0; }
    Input { border: none; height: 1; padding: 0 1; background: $cursor-rest; }
    Input:focus { background: $cursor; }
    .problem { color: $bad; height: auto; min-height: 1; }
    Horizontal { height: auto; margin: 1 0 0 0; }
    Button { border: none; height: 1; min-width: 12; padding: 0 2; margin: 0 2 0 0; text-style: none;
             background: $cursor-rest; color: $foreground; }
    Button:focus, Button:hover { background: $cursor; color: $foreground; text-style: bold; }
    Choice Button { margin: 0 0 0 0; width: 36; content-align: left middle; text-align: left; }
    Label { width: 1fr; }
    .told { margin: 0 0 1 6; color: $quiet; }
    .other { margin: 1 0 0 3; color: $quiet; }
    #found { margin: 1 0 0 0; height: auto; }
    """

    def __init__(self, try_jira: Try, save: Save, *, theme: str = "", is_plain: bool = False) -> None:
        """`try_jira` and `save` may block: they are called in a thread. `is_plain` chooses ASCII signs."""
        super().__init__()
        self.try_jira = try_jira
        self.save = save
        self.signs = _PLAIN_SIGNS if is_plain else _SIGNS
        for look in LOOKS:
            self.register_theme(look.theme())
        names = [look.name for look in LOOKS]
        self.theme = theme if theme in names else names[0]

    def on_mount(self) -> None:
        """Shows the choice. The form is kept, so that what was typed survives going back."""
        self.install_screen(SetUp(), "set-up")
        self.push_screen(Choice())


class _Step(Screen[None]):
    """One step of the first start."""

    @property
    def first_run(self) -> FirstRun:
        """The program, typed."""
        app = self.app
        if not isinstance(app, FirstRun):
            raise TypeError("a step of the first start lives in its own program")
        return app


class Choice(_Step):
    """Demo or set-up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "demo", N_("demo"), id="first.demo", tooltip=N_("See the desk with simulated systems")),
        Binding("s", "set_up", N_("set up"), id="first.set_up", tooltip=N_("Enter Jira’s address and token")),
        Binding("escape,q", "leave", N_("quit"), id="first.quit", tooltip=N_("Close without doing anything")),
        Binding("f8", "language", N_("in Estonian"), id="first.language", tooltip=N_("Eesti keel / English")),
        Binding("down", "app.focus_next", show=False, id="first.next"),
        Binding("up", "app.focus_previous", show=False, id="first.previous"),
    ]

    def compose(self) -> ComposeResult:
        """Two choices and a way out."""
        with VerticalScroll(can_focus=False):
            yield Label(_("Welcome to the key user’s desk"), classes="headline", markup=False)
            yield Label(_("There is no configuration yet. What shall we do?"), markup=False)
            yield Label("", markup=False)
            yield Button(_("d  See the demo"), id="demo")
            told = _("Simulated systems and invented people; needs no network and leaves nothing behind.")
            yield Label(told, classes="told", markup=False)
            yield Button(_("s  Set up my desk"), id="set-up")
            told = _("Jira’s address, projects and access token; the connection is tried first.")
            yield Label(told, classes="told", markup=False)
            yield Button(_("q  Quit"), id="quit")
            yield Label(f"F8  {_('in Estonian')}", classes="other", markup=False)

    @on(Button.Pressed, "#demo")
    def action_demo(self) -> None:
        """Ends with the wish for the demo."""
        self.first_run.exit("demo")

    @on(Button.Pressed, "#set-up")
    def action_set_up(self) -> None:
        """Opens the form."""
        self.app.push_screen("set-up")

    async def action_language(self) -> None:
        """Goes on in the other language."""
        use_language("et" if language() == "en" else "en")
        await self.recompose()
        self.query_one("#demo", Button).focus()

    @on(Button.Pressed, "#quit")
    def action_leave(self) -> None:
        """Ends without a wish."""
        self.first_run.exit(None)


class SetUp(_Step):
    """Address, projects, token; test; done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", N_("back"), id="first.back", tooltip=N_("Back; what was typed stays")),
        Binding("enter", "enter", show=False, priority=True, id="form.enter"),
        # With priority, so that what a password manager types right after it lands in the next field.
        Binding("tab", "app.focus_next", show=False, priority=True, id="form.tab"),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True, id="form.tab_back"),
        Binding("f5", "try", N_("test"), id="first.try", tooltip=N_("Try the connection")),
        Binding("f1", "help", N_("help"), id="first.help", tooltip=N_("Explain the form")),
        Binding("f10", "done", N_("save"), id="first.done", tooltip=N_("Write the configuration and open the desk")),
        Binding("down", "app.focus_next", show=False, id="form.next"),
        Binding("up", "app.focus_previous", show=False, id="form.previous"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._language = language()
        self._kept: dict[str, str] = {}
        self._refused: tuple[str, list[str], str] | None = None
        """The answers that the last test refused."""

    def compose(self) -> ComposeResult:
        """The form."""
        with VerticalScroll(can_focus=False):
            yield Label(_("Set up: Jira"), classes="headline", markup=False)
            yield Label(_("Name of the service (may stay empty)"), markup=False)
            yield self._field("service", max_length=SERVICE_LENGTH)
            yield Label(_("Jira’s address"), markup=False)
            yield self._field("url", "https://jira.example.ee")
            yield Static("", id="url-problem", classes="problem", markup=False)
            yield Label(_("Projects, separated by spaces"), markup=False)
            yield self._field("projects", "SKAH SKAA")
            yield Static("", id="projects-problem", classes="problem", markup=False)
            yield Label(_("Access token (in Jira: Profile → Personal Access Tokens)"), markup=False)
            yield self._field("token", is_secret=True)
            with Horizontal():
                yield Button(_("Test (F5)"), id="try")
                yield Button(_("Save and open (F10)"), id="save")
                yield Button(_("Back (Esc)"), id="back")
            yield Static("", id="found", markup=False)
            more = _("Addresses to watch and calendars can be added to the file later.")
            yield Label(more, classes="quiet", markup=False)

    def on_mount(self) -> None:
        """The first field."""
        self.query_one("#service", Input).focus()

    async def on_screen_resume(self) -> None:
        """Writes the form anew when the language was changed meanwhile; what was typed stays."""
        if self._language != language():
            self._kept = {field.id or "": field.value for field in self.query(Input)}
            self._language = language()
            await self.recompose()
            self.query_one("#service", Input).focus()

    def action_help(self) -> None:
        """Explains the form in one line."""
        told = _(
            "Tab or ↓ next field, F5 tests, F10 saves, Esc back. The token is not put into the configuration file."
        )
        self._say(told)

    def _field(self, name: str, example: str = "", *, is_secret: bool = False, max_length: int = 0) -> Input:
        value = self._kept.get(name, "")
        return Input(value, example, id=name, password=is_secret, max_length=max_length)

    @on(Input.Changed)
    def check(self) -> None:
        """Says while typing what is wrong; an empty field is not wrong yet."""
        url, keys, _token = self._typed()
        self.query_one("#url-problem", Static).update(sentence(jira_url_problem(url)) if url else "")
        self.query_one("#projects-problem", Static).update(next(filter(None, map(project_problem, keys)), ""))
        self.query_one("#found", Static).update("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter goes on from every field but the last; in the last one and on buttons it is theirs."""
        return action != "enter" or (isinstance(self.focused, Input) and self.focused.id != "token")

    def action_enter(self) -> None:
        """Goes on to the next field, at once: the letters typed next belong there."""
        self.focus_next(Input)

    @on(Input.Submitted, "#token")
    def finish(self) -> None:
        """Tests after the last field."""
        self.action_try()

    @on(Button.Pressed, "#back")
    def go_back(self) -> None:
        """Back to the choice."""
        self.app.pop_screen()

    @on(Button.Pressed, "#try")
    def action_try(self) -> None:
        """Tries the connection."""
        if (jira := self._complete()) is not None:
            self._say(_("Trying the connection …"))
            self._try(jira, self._typed()[2])

    @on(Button.Pressed, "#save")
    def action_done(self) -> None:
        """Writes the configuration and opens the desk."""
        if (jira := self._complete()) is not None:
            if self._typed() == self._refused:
                self._refused = None
                self._say(_("The test failed. F10 once more saves all the same."), "$warn")
                return
            self._say(_("Writing …"))
            service = self.query_one("#service", Input).value.strip()
            desk = Desk(service=service, language=language(), theme=self.app.theme)
            self._save(Config(desk=desk, jira=jira), self._typed()[2])

    @work(thread=True, exclusive=True, group="first.try")
    def _try(self, jira: Jira, token: str) -> None:
        findings = self.first_run.try_jira(jira, token)
        self.app.call_from_thread(self._show, findings)

    @work(thread=True, exclusive=True, group="first.save")
    def _save(self, config: Config, token: str) -> None:
        if problem := self.first_run.save(config, token):
            self.app.call_from_thread(self._say, problem, "$bad")
        else:
            self.app.call_from_thread(self.first_run.exit, "desk")

    def _typed(self) -> tuple[str, list[str], str]:
        """Address, project keys and token as they stand in the form."""
        url, keys, token = (self.query_one(f"#{name}", Input).value.strip() for name in ("url", "projects", "token"))
        return url.rstrip("/"), [key.upper() for key in keys.replace(",", " ").split()], token

    def _complete(self) -> Jira | None:
        """The answers when all are there and none is wrong; else says what is missing and goes there."""
        url, keys, token = self._typed()
        wrong = {
            "url": jira_url_problem(url) if url else _("Jira’s address is missing."),
            "projects": next(filter(None, map(project_problem, keys)), "") if keys else _("Name at least one project."),
            "token": "" if token else _("The access token is missing."),
        }
        is_told_there = {"url": bool(url), "projects": bool(keys), "token": False}
        for name, problem in wrong.items():
            if problem:
                self.query_one(f"#{name}", Input).focus()
                self._say("" if is_told_there[name] else problem, "$bad")
                return None
        return Jira(url=url, projects=list(dict.fromkeys(keys)))

    def _say(self, text: str, role: str = "$quiet") -> None:
        self._tell(Text(text, style=self._colour(role)))

    def _tell(self, text: Text) -> None:
        found = self.query_one("#found", Static)
        found.update(text)
        # On a small window it may lie under the last line, where only the mouse would reach it.
        self.call_after_refresh(found.scroll_visible, animate=False)

    def _show(self, findings: list[Finding]) -> None:
        lines = Text()
        for finding in findings:
            colour = self._colour(_ROLES[finding.level])
            lines.append(f"{self.first_run.signs[finding.level]} {finding.subject}: {finding.text}\n", colour)
            if finding.advice:
                lines.append(f"  {finding.advice}\n")
        self._refused = self._typed() if is_bad(findings) else None
        if self._refused is None:
            lines.append(_("It works. F10 saves and opens the desk."))
        self._tell(lines)

    def _colour(self, role: str) -> str:
        return self.app.theme_variables.get(role[1:], "")
