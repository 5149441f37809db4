"""The desk: modes, theme, language, mask, and the way from a change in the store to the panes."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from data.language import N_, use_language
from data.model import Kind, SourceState
from data.preferences import Preferences
from tui.acting import Acting
from tui.asking import Asking
from tui.choices import Choices
from tui.desk import Desk, DeskReader, OwnRecords, SyncWatch
from tui.feed import Feed, FeedFailed, StoreChanged
from tui.format import Format
from tui.garbage import Garbage
from tui.guarded import GuardedApp
from tui.modes import MODES, TARGET_MODES
from tui.opening import PATIENCE_SECONDS, Opening
from tui.panes.base import Pane, fault_code
from tui.ringing import Ringing
from tui.screens.base import DeskScreen
from tui.theme import LOOKS
from tui.widgets.attention import AttentionStrip
from tui.widgets.header import ModeTabs

if TYPE_CHECKING:
    from data.clock import Clock
    from data.config import Config
    from data.paths import Places

REDRAW_SECONDS = 5
"""How often the ages inside the lists are brought up to date; those in titles and header are every second."""


class DeskApp(Acting, Asking, Choices, Ringing, GuardedApp[None]):
    """The screen of one person."""

    CSS_PATH = "desk.tcss"
    DEFAULT_MODE = "dashboard"  # switched to later, an empty screen would be laid out and painted before it
    TITLE = "Peakasutaja"
    ENABLE_COMMAND_PALETTE = False  # ours, translated, is pushed by action_palette
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                mode.key.lower(),
                f"mode('{mode.name}')",
                mode.title,
                show=False,
                id=f"mode.{mode.name}",
                tooltip=mode.tooltip,
            )
            for mode in MODES
        ),
        # With priority the desk itself carries it out before it passes the next key on, so that no letter typed right
        # after it lands elsewhere than in the search box.
        Binding(
            "slash",
            "search",
            N_("search"),
            id="desk.search",
            priority=True,
            tooltip=N_("Search the list; on the desk and in the tickets, all tickets"),
        ),
        Binding("r", "reload", N_("refresh"), id="desk.refresh", tooltip=N_("Read everything again now")),
        Binding("u", "undo", N_("undo"), id="desk.undo", tooltip=N_("Take the last noted line back")),
        Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Back to where you were")),
        Binding("f6", "mask", N_("mask"), show=False, id="desk.mask", tooltip=N_("Hide or show personal data")),
        Binding("f7", "theme", N_("theme"), show=False, id="desk.theme", tooltip=N_("Light, dark, high contrast")),
        Binding(
            "f8", "language", N_("in Estonian"), show=False, id="desk.language", tooltip=N_("Eesti keel / English")
        ),
        Binding(
            "q", "quit", N_("quit"), show=False, id="desk.quit", tooltip=N_("Close the desk; the sync goes on a minute")
        ),
        Binding("f1", "help", N_("help"), id="desk.help", tooltip=N_("Keys and signs explained")),
        Binding(
            "f2", "palette", N_("commands"), id="desk.palette", tooltip=N_("Everything that can be done here, by name")
        ),
        Binding("ctrl+p", "palette", N_("commands"), show=False, id="desk.palette_too", tooltip=N_("Same as F2")),
    ]

    class SourcesLoaded(Message):
        """How the sources stand was read."""

        def __init__(self, sources: tuple[SourceState, ...]) -> None:
            super().__init__()
            self.sources = sources

    def __init__(
        self,
        reader: DeskReader,
        config: Config,
        places: Places,
        clock: Clock,
        preferences: Preferences,
        supervisor: SyncWatch | None = None,
        records: OwnRecords | None = None,
    ) -> None:
        """`reader` answers from the store; `records` takes what the person writes (None: nothing can be noted)."""
        use_language(preferences.language or config.desk.language)
        super().__init__()
        self.desk = Desk(
            reader=reader,
            format=Format(clock, ascii_only=config.desk.ascii),
            places=places,
            preferences=preferences,
            service=config.desk.service,
            config=config,
            source_kinds=config.source_kinds,
            demo=config.demo,
            records=records,
        )
        self._supervisor = supervisor
        self._feed = Feed(reader, places.pulse, self.post_message)
        self._garbage = Garbage()
        self._opening = Opening(self, self._first_picture_shown)
        self._made: dict[str, DeskScreen] = {}
        self._trail: list[str] = []
        self._seconds = 0
        for each in LOOKS:
            self.register_theme(each.theme())
        names = [each.name for each in LOOKS]
        wanted = preferences.theme or config.desk.theme
        self.theme = wanted if wanted in names else names[0]
        self._styled_for = self.get_css_variables()
        self.stylesheet.set_variables(self._styled_for)
        for mode in MODES:
            self.add_mode(mode.name, partial(self._make, mode.name))

    # Modes

    def _make(self, name: str) -> Screen[None]:
        # Imported here: a mode that is not looked at costs nothing at start.
        module = import_module(f"tui.screens.{name}")
        screen: DeskScreen = module.SCREEN(self.desk)
        self._made[name] = screen
        # Its widgets take their styles when they are mounted: parsed anew for it, they would cost 40 ms for nothing.
        screen._css_update_count = self._css_update_count
        return screen

    def refresh_css(self, animate: bool = True) -> None:
        """Parses the styles anew, which Textual asks for at every start though nothing has changed by then."""
        if self._opening.is_over or self.get_css_variables() != self._styled_for:
            super().refresh_css(animate)

    def on_load(self) -> None:
        """Begins to watch the store before anything is read from it."""
        self._feed.start()
        self._opening.hold()

    def on_mount(self) -> None:
        """Begins to follow sources and seconds."""
        self._read_sources()
        self.set_interval(1, self._tick)
        self.set_timer(PATIENCE_SECONDS, self._opening.end)

    def on_dashboard_complete(self) -> None:
        """All that the first picture shows is there."""
        self._opening.end()

    def _first_picture_shown(self) -> None:
        # The sync starts only now: it must not take the processor from the first picture.
        if self._supervisor is not None:
            self._supervisor.start()
        self._garbage.begin()
        self.listen_for_faults()
        self.read_actions()

    def on_unmount(self) -> None:
        """Ends the watch."""
        self._feed.stop()

    @property
    def shown(self) -> DeskScreen | None:
        """The screen of the mode that is looked at."""
        return self._made.get(self.desk.mode)

    async def action_mode(self, name: str) -> None:
        """Goes to a mode by its key; Esc leads back."""
        await self.go_to(name)

    async def go_to(self, name: str, target: str = "", *, remember: bool = True) -> None:
        """Shows the mode `name`, and in it the thing that `target` names."""
        if len(self.screen_stack) > 1:
            return
        is_elsewhere = name != self.desk.mode
        if is_elsewhere:
            if remember:
                self._trail = [*(each for each in self._trail[-8:] if each != name), self.desk.mode]
            self.desk.mode = name
            await self.switch_mode(name)
            self._made[name].catch_up()
        if target:
            self._made[name].open_target(target, from_elsewhere=is_elsewhere)

    async def action_back(self) -> None:
        """Steps back inside the mode, then to the mode before, last to the dashboard."""
        if self.shown is not None and self.shown.go_back():
            return
        if self._trail:
            await self.go_to(self._trail.pop(), remember=False)
        elif self.desk.mode != "dashboard":
            await self.go_to("dashboard", remember=False)

    async def open_target(self, target: str) -> None:
        """Opens a service, ticket, development or training in its mode."""
        mode = TARGET_MODES.get(target.partition(":")[0])
        if mode is not None:
            await self.go_to(mode, target)

    async def on_pane_opened(self, event: Pane.Opened) -> None:
        """Opens what was chosen in a pane of the dashboard."""
        await self.open_target(event.target)

    async def on_attention_strip_opened(self, event: AttentionStrip.Opened) -> None:
        """Opens what a line of the strip speaks of."""
        await self.open_target(event.target)

    async def on_attention_strip_telling(self, event: AttentionStrip.Telling) -> None:
        """Opens the service and begins a notice about it."""
        from tui.incident_actions import IncidentActions

        await self.open_target(event.target)
        if isinstance(self.shown, IncidentActions):
            self.shown.tell(event.target.partition(":")[2])

    async def on_mode_tabs_chosen(self, event: ModeTabs.Chosen) -> None:
        """Goes to the tab that was clicked."""
        await self.go_to(event.mode)

    # From the store to the panes

    def on_store_changed(self, event: StoreChanged) -> None:
        """Passes the news on; hidden modes read when they are shown."""
        if Kind.SOURCES in event.kinds:
            self._read_sources()
        if Kind.SERVICES in event.kinds:
            self.listen_for_faults()
        if Kind.DESK in event.kinds:
            self.read_actions()
        for screen in self.made_screens:
            screen.store_changed(event.kinds)

    def on_feed_failed(self, event: FeedFailed) -> None:
        """The panes say so at their next reading; ask for it now."""
        if self.shown is not None:
            self.shown.reload()

    def _read_sources(self) -> None:
        self.run_worker(self._load_sources, thread=True, group="read.sources", exclusive=True, exit_on_error=False)

    def _load_sources(self) -> None:
        try:
            sources = self.desk.reader.sources()
        except Exception as fault:  # the panes say what is wrong with the store
            self.log.error(f"sources: the store cannot be read: {fault_code(fault)}")
            return
        self.post_message(self.SourcesLoaded(sources))

    def on_desk_app_sources_loaded(self, event: SourcesLoaded) -> None:
        """Shows how the sources stand."""
        self.desk.sources = event.sources
        self.desk.sources_read = True
        self.tell_answers(event.sources)
        if self.shown is not None and self.shown.is_ready:
            self.shown.sources_changed()

    async def on_event(self, event: events.Event) -> None:
        """Notices that the person is at work."""
        if isinstance(event, events.InputEvent):
            self._garbage.key_pressed()
        await super().on_event(event)

    def _tick(self) -> None:
        self._seconds += 1
        self._garbage.look_at_rest()
        if self._supervisor is not None:
            self.desk.sync_fault = self._supervisor.fault()
        if self.shown is not None and self.shown.is_ready:
            self.shown.tick(redraw=self._seconds % REDRAW_SECONDS == 0)

    # What the person can do everywhere

    def action_reload(self) -> None:
        """Asks the sync for fresh data now; what it brings is shown as it comes."""
        self.ask_sources()
        self._read_sources()
        if self.shown is not None:
            self.shown.reload()

    async def action_search(self) -> None:
        """Opens the search of this mode; where it has none, that of the tickets."""
        if len(self.screen_stack) > 1 or self.shown is None:
            return
        if not self.shown.open_search():
            await self.go_to("tickets", "search:")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are not offered."""
        if action == "undo":
            return self.can_undo
        if action == "back":
            return self.desk.mode != "dashboard"
        if action == "search" and self.focused is not None and self.focused.check_consume_key("slash", "/"):
            return False
        if action in ("search", "reload", "mask"):
            return self.desk.mode != "standup"
        return True

    def action_help(self) -> None:
        """Shows keys and signs."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.make_way()
            self.push_screen(HelpScreen(self.desk, self.screen.active_bindings))

    def action_palette(self) -> None:
        """Shows what can be done here, by name."""
        from tui.commands import open_palette

        self.make_way()
        open_palette(self)

    @property
    def made_screens(self) -> list[DeskScreen]:
        """The modes that have been looked at and are ready."""
        return [screen for screen in self._made.values() if screen.is_ready]

    def store_news(self, *kinds: Kind) -> None:
        """What the desk itself wrote is shown at once, not at the feed's next look."""
        if Kind.DESK in kinds:
            self.read_actions()
        for screen in self.made_screens:
            screen.store_changed(frozenset(kinds))

    def actions_changed(self) -> None:
        """What the person did to tickets is shown with them."""
        for screen in self.made_screens:
            screen.actions_changed()
